/**
 * The plan as the rest of the project sees it: lifeboat.yaml after validation, every duration in seconds,
 * every default filled in. It is JSON: deployed functions read it from /opt/lifeboat/plan.json.
 */
export interface Plan {
  readonly version: 1;
  /** DNS label, at most 20 characters: names of functions and tables start with it. */
  readonly estate: string;
  readonly regions: { readonly active: string; readonly standby: string; readonly witness: string };
  readonly clusters: readonly Cluster[];
  readonly platform: Platform;
  readonly applications: readonly Application[];
  readonly authority: AuthorityPlan;
  readonly detection: Detection;
  /** The ARC cluster that the plan's routing controls live on; there when a name is moved by one. */
  readonly routingControlCluster?: RoutingControlCluster;
  readonly approval: Approval;
  readonly notification: Notification;
}

export type Cluster = EksCluster | SelfManagedCluster;

export interface EksCluster {
  readonly kind: 'eks';
  /** Name of the cluster in this plan. */
  readonly name: string;
  /** By region name; both the active and the standby region are there. */
  readonly regions: Readonly<Record<string, EksClusterInRegion>>;
}

export interface EksClusterInRegion {
  /** The EKS cluster's own name. */
  readonly clusterName: string;
  /** `none`: Lifeboat sets the node groups' desired size. Otherwise nodes come when pods are pending. */
  readonly autoscaler: 'none' | 'cluster-autoscaler' | 'karpenter' | 'auto-mode';
  readonly nodeGroups: readonly NodeGroup[];
}

export interface NodeGroup {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly instanceType: string;
}

export interface SelfManagedCluster {
  readonly kind: 'self-managed';
  readonly name: string;
  readonly regions: Readonly<
    Record<string, { readonly apiEndpoint: string; readonly etcdEndpoints: readonly string[] }>
  >;
}

/** Wave 0: what every application stands on. */
export interface Platform {
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
  readonly components: readonly PlatformComponent[];
}

export const platformRoles = [
  'control-plane',
  'cni',
  'csi',
  'cluster-dns',
  'ingress',
  'cert-manager',
  'secrets',
  'gitops',
  'other',
] as const;

export interface PlatformComponent {
  readonly role: (typeof platformRoles)[number];
  readonly name: string;
  readonly cluster: string;
  /** Where its workloads run; empty for what has no pods of its own (a managed control plane). */
  readonly namespaces: readonly string[];
}

export const patterns = ['backup-restore', 'pilot-light', 'warm-standby', 'active-active'] as const;
export type Pattern = (typeof patterns)[number];

export interface Application {
  readonly name: string;
  readonly owner: { readonly name: string; readonly contact: string };
  /** Name of a cluster of this plan. */
  readonly cluster: string;
  /** What belongs to the application: every object in the namespaces that carries all labels of `selector` (none: every object). */
  readonly namespaces: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly tier: 1 | 2 | 3 | 4;
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
  readonly pattern: Pattern;
  /**
   * Share of the active region's replicas that GitOps keeps running in the standby region, 0 to 1.
   * readPlan fills it in: 1 for active-active, else 0.
   */
  readonly standbyShare?: number;
  /**
   * What the first signal starts in the standby region: `nodes` (nodes and images), or `pods` too. Pods may consume
   * queues, or crash on a database that takes no writes yet.
   */
  readonly prewarm: 'nodes' | 'pods';
  readonly dependsOn: readonly string[];
  readonly dataStores: readonly DataStore[];
  readonly dns: readonly DnsName[];
  readonly checks: readonly ReadinessCheck[];
}

export type DataStore = DeclaredDataStore | AuroraGlobalStore;

/** A store that Lifeboat knows of and doesn't move: what replicates it must let it take writes in the standby region. */
export interface DeclaredDataStore {
  readonly name: string;
  /** `in-cluster`: volume claims of the application. `external`: outside the clusters. */
  readonly kind: 'in-cluster' | 'external';
  /** For an in-cluster store the StatefulSet or claim it lives in, as `kind/name`; absent: all claims of the application. */
  readonly workload?: string;
  /** What keeps the standby region's copy current and lets it take writes there; absent: nothing does. */
  readonly replication?: { readonly by: string; readonly lagSeconds: number };
}

/** What every store has that Lifeboat promotes. */
export interface PromotedStore {
  readonly name: string;
  /** Most data that an automatic failover may lose, by the lag measured before the decision; at most the application's RPO. */
  readonly lossBudgetSeconds: number;
  /** May it be promoted although nothing proves that the old writer is fenced? Every report prints that it was. */
  readonly acceptUnprovedFence: boolean;
}

/** An Aurora global database. It lives outside the clusters, so it speaks for no volume claim. */
export interface AuroraGlobalStore extends PromotedStore {
  readonly kind: 'aurora-global';
  /** Identifier of the global cluster. */
  readonly globalCluster: string;
  /** By region name: identifier of the DB cluster there; both the active and the standby region are there. */
  readonly clusters: Readonly<Record<string, string>>;
}

export const trafficModes = ['health-state', 'record-change', 'routing-control'] as const;
/**
 * `health-state`: failover records that follow the decision endpoints, nothing is changed. `record-change`: the record
 * itself is changed, by Route 53's control plane in us-east-1: a degraded mode. `routing-control`: failover records that
 * follow routing controls of ARC.
 */
export type TrafficMode = (typeof trafficModes)[number];

export interface DnsName {
  readonly name: string;
  readonly traffic: TrafficMode;
  /** Hosted zone that holds the record, by name and id. */
  readonly zone: { readonly name: string; readonly hostedZoneId: string };
  readonly ttlSeconds: number;
  /** By region name: host name of the load balancer that serves it there. */
  readonly targets: Readonly<Record<string, string>>;
  /** By region name: ARN of the routing control that lets the region serve; there in mode `routing-control`. */
  readonly routingControls?: Readonly<Record<string, string>>;
}

export interface RoutingControlCluster {
  /** All five, each in a region of its own. */
  readonly endpoints: readonly { readonly region: string; readonly url: string }[];
}

/** Asked through the API server's service proxy, so it needs no ingress. */
export interface ReadinessCheck {
  readonly kind: 'http';
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly path: string;
  readonly expectStatus: number;
}

export interface AuthorityPlan {
  /** `strong`: global table with multi-region strong consistency and a witness. `regional`: the standby's table. */
  readonly kind: 'strong' | 'regional';
  readonly leaseSeconds: number;
}

export const signalKinds = [
  'probe-standby',
  'probe-witness',
  'heartbeat-alarm',
  'route53-checkers',
  'application-alarm',
  'operator',
] as const;
export type SignalKind = (typeof signalKinds)[number];

/** What counts where a plan names no signals: those that need nothing but the plan's probe URLs. */
export const defaultSignals = [
  'probe-standby',
  'probe-witness',
  'heartbeat-alarm',
  'operator',
] as const satisfies readonly SignalKind[];

export interface Detection {
  /** Independent observations that may count. */
  readonly signals: readonly SignalKind[];
  readonly quorum: number;
  /** How long the quorum must hold before it is believed. */
  readonly confirmationSeconds: number;
  /** No automatic failover for so long after the last one. */
  readonly blockSeconds: number;
  /** A signal not heard of for so long is missing: a kind of its own, neither healthy nor unhealthy. */
  readonly missingAfterSeconds: number;
  readonly probe: {
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    /** An answer that takes longer is no good one. Absent: any answer within the timeout is. */
    readonly slowAfterSeconds?: number;
    /** By region name: what a probe asks from outside; the region is dark when none of them answers. */
    readonly urls: Readonly<Record<string, readonly string[]>>;
  };
  /** What `application-alarm` takes for a region that is up and not well. */
  readonly degradation?: Degradation;
  /** A signal that was unhealthy is healthy again only after it has said so for so long. */
  readonly recoverySeconds: number;
  /** Is what AWS Health says of a region written down with its incidents? Absent: wherever its events can be forwarded. */
  readonly awsHealth?: boolean;
  /** Where `route53-checkers` publishes its verdicts. Absent: the zone of the first DNS name. */
  readonly route53?: { readonly zone: { readonly name: string; readonly hostedZoneId: string } };
  /** How old the capture of replica counts may be before a failover reports it. */
  readonly captureIntervalSeconds: number;
}

/** A CloudWatch metric of the region that observes, one data point a minute. */
export interface DegradationMetric {
  readonly namespace: string;
  readonly metricName: string;
  /** `{region}` in a value stands for the region that is observed. */
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Degradation {
  /** Whole minutes, in seconds: for so long a threshold must be crossed. */
  readonly forSeconds: number;
  /** Share of failed requests, in percent. */
  readonly errors?: DegradationMetric & { readonly thresholdPercent: number };
  /** How long requests take, in milliseconds. */
  readonly latency?: DegradationMetric & { readonly thresholdMs: number };
}

export interface Approval {
  /** `approval`: it starts by itself and waits for people before the epoch is claimed. `manual`: a person starts it. */
  readonly mode: 'automatic' | 'approval' | 'manual';
  /** Different people who must agree wherever somebody is asked; 2 is four eyes. */
  readonly approvers: 1 | 2;
  /** From the first question; each later than the one before. */
  readonly remindAfterSeconds: number;
  readonly escalateAfterSeconds: number;
  readonly expireAfterSeconds: number;
}

export interface Notification {
  readonly emails: readonly string[];
  /** Who is asked as well when nobody answers. */
  readonly escalationEmails: readonly string[];
  /** Where docs/runbook.md is published; pages link to its entries. */
  readonly runbookUrl?: string;
  /** Where people find the reports of executions and rehearsals. */
  readonly reportUrl?: string;
}
