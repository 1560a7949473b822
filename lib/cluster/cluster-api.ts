/** The part of the Kubernetes API that Lifeboat uses, in the members that it uses; the rest of an object is not touched. */
export interface ClusterApi {
  /** Only those of `kinds`, each of which is a request of its own; absent: all. */
  listWorkloads(namespace: string, kinds?: readonly WorkloadKind[]): Promise<readonly Workload[]>;
  listPods(namespace: string): Promise<readonly PodState[]>;
  listAutoscalers(namespace: string): Promise<readonly Autoscaler[]>;
  listCronJobs(namespace: string): Promise<readonly CronJobState[]>;
  /** Sets `spec.replicas` through the scale subresource. */
  scale(workload: WorkloadName, replicas: number): Promise<void>;
  setAutoscalerMinimum(name: ObjectName, minReplicas: number): Promise<void>;
  /** Sets `spec.suspend` to false. */
  resumeCronJob(name: ObjectName): Promise<void>;
  /** Every object of a resource in a namespace as JSON, raw; `resourcePath` as in `apis/apps/v1/deployments`. */
  listRaw(resource: ResourcePath, namespace: string): Promise<readonly RawObject[]>;
  /** Creates from raw JSON; `exists` when an object of this name is there already. */
  create(resource: ResourcePath, object: RawObject): Promise<'created' | 'exists'>;
  /** Deletes what of a resource in a namespace carries the labels (`name=value,…`), and in the background what that owns. */
  deleteCollection(resource: ResourcePath, namespace: string, labelSelector: string): Promise<void>;
  namespaceExists(name: string): Promise<boolean>;
  createNamespace(name: string): Promise<'created' | 'exists'>;
  secretNames(namespace: string): Promise<readonly string[]>;
  /** HTTP status that a service answers, asked through the API server; 503 when it has no ready endpoint, 504 when it gives none in time. */
  serviceStatus(service: ObjectName, port: number, path: string): Promise<number>;
  /** `/readyz` of the API server. */
  ready(): Promise<boolean>;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export const workloadKinds = ['Deployment', 'StatefulSet'] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

export interface WorkloadName extends ObjectName {
  readonly kind: WorkloadKind;
}

export interface Workload extends WorkloadName {
  readonly labels: Readonly<Record<string, string>>;
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Of a new pod, since its containers run: no readiness probe is sent before its initial delay is over. */
  readonly earliestReadySeconds: number;
  /** Each pod only when the one before is ready. */
  readonly startsInTurn: boolean;
  /** The controller has seen the newest spec; before that its status says nothing. */
  readonly statusIsCurrent: boolean;
}

export interface PodState extends ObjectName {
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: boolean;
  /** Epoch milliseconds since when the scheduler has said `Unschedulable`; absent: it is scheduled or not looked at yet. */
  readonly unschedulableSinceMs?: number;
  readonly unschedulableMessage?: string;
  /** Why its containers wait: `ImagePullBackOff`, `CrashLoopBackOff`, `CreateContainerConfigError` … */
  readonly waitingReasons: readonly string[];
}

export interface Autoscaler extends ObjectName {
  readonly labels: Readonly<Record<string, string>>;
  readonly target: WorkloadName | undefined;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly currentReplicas: number;
}

export interface CronJobState extends ObjectName {
  readonly labels: Readonly<Record<string, string>>;
  readonly suspended: boolean;
}

/** `group` is empty for the core group. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [member: string]: unknown;
  };
  readonly [member: string]: unknown;
}
