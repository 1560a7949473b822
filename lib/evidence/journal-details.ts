import type { Fence } from '../data/data-store-driver.ts';

/** What each kind of journal entry says. Facts only: names, numbers, times; never a payload or a secret. */
export interface JournalDetails {
  /** The first unhealthy signal; `at` of the incident's clock is `openedAt`. */
  'incident-opened': { readonly region: string; readonly openedAt: string; readonly signals: readonly string[] };
  'incident-confirmed': { readonly quorum: number; readonly heldSince: string; readonly signals: readonly string[] };
  'incident-held': { readonly reason: string };
  /** What one signal said of the region, each time that it changed while the incident was open. */
  'signal-changed': {
    readonly signal: string;
    readonly from: 'healthy' | 'unhealthy' | 'unknown' | 'silent';
    readonly to: 'healthy' | 'unhealthy' | 'unknown';
    /** ISO 8601 UTC: when it was seen. */
    readonly since: string;
    readonly reason?: string;
  };
  /** What AWS Health said of the region while the incident was open, or before and still says. It counts for nothing. */
  'aws-health-noted': {
    readonly eventArn: string;
    readonly service: string;
    readonly eventTypeCode: string;
    readonly status: 'open' | 'closed';
    /** ISO 8601 UTC, by AWS's word, as the next two. */
    readonly startedAt: string;
    readonly endedAt?: string;
    readonly updatedAt: string;
  };
  'incident-calmed': { readonly signals: readonly string[] };
  'failover-requested': { readonly executionName: string; readonly observedEpoch: number };
  'lock-acquired': { readonly observedEpoch: number; readonly trigger: 'automatic' | 'operator' | 'takeover' };
  'lock-refused': { readonly outcome: 'already-running' | 'blocked' | 'superseded'; readonly reason: string };
  'estate-assessed': {
    readonly epoch: number;
    readonly fromRegion: string;
    readonly toRegion: string;
    readonly captureAgeSeconds: number;
    readonly waves: readonly { readonly number: number; readonly applications: readonly string[] }[];
    readonly stores: readonly AssessedStore[];
    readonly unrecoverable: readonly {
      readonly application: string;
      readonly reason: string;
      readonly remedy: string;
    }[];
  };
  'approval-requested': {
    readonly round: number;
    /** What the people who were asked were shown. */
    readonly facts: readonly string[];
    readonly approversNeeded: number;
  };
  'approval-answered': {
    readonly decision: 'approve' | 'reject';
    /** ARN of the identity that signed. */
    readonly by: string;
    /** ISO 8601 UTC. */
    readonly answeredAt: string;
    /** What they were shown when they answered. */
    readonly facts: readonly string[];
  };
  'abort-requested': { readonly by: string; readonly accepted: boolean };
  /** The holder of the lease is alive and was asked for it. `people`: they decided; `quorum`: enough vantages say it is ill. */
  'yield-requested': {
    readonly fromRegion: string;
    /** ISO 8601 UTC: afterwards the request is void. */
    readonly until: string;
    readonly because: 'people' | 'quorum';
  };
  /** This region has lost the authority or was asked for it: its ingress runs no more. */
  'ingress-closed': { readonly epoch: number; readonly workloads: readonly string[]; readonly leaseGivenUp: boolean };
  /** The region kept the authority after all. */
  'ingress-opened': { readonly epoch: number; readonly workloads: readonly string[] };
  'authority-claimed': { readonly epoch: number; readonly region: string; readonly fromRegion: string };
  /** What every promoted store's fence was under the claimed epoch, and what lets it be promoted with it. */
  'stores-fenced': {
    readonly epoch: number;
    readonly approvers: readonly string[];
    readonly fences: readonly FencedStore[];
  };
  /** `application/store` of the promotions that were asked for or found under way. */
  'promotion-begun': { readonly epoch: number; readonly stores: readonly string[] };
  /** Every store of the application takes writes here. */
  'data-promoted': { readonly application: string };
  /** The first promotion that failed: which stores take writes and which don't, for people. */
  'promotion-failed': { readonly epoch: number; readonly reason: string };
  'nodes-scaling-started': {
    readonly nodeGroups: readonly {
      readonly cluster: string;
      readonly nodeGroup: string;
      readonly fromSize: number;
      readonly toSize: number;
    }[];
  };
  /** Begun at the first signal, before anything was decided; `toSize` is what was asked for. */
  'standby-prewarmed': {
    readonly nodeGroups: readonly {
      readonly cluster: string;
      readonly nodeGroup: string;
      readonly fromSize: number;
      readonly toSize: number;
    }[];
    readonly images: number;
    readonly placeholders: number;
    readonly podsStarted: number;
    /** Sentences: what couldn't be done, and the failover does without. */
    readonly failures?: readonly string[];
  };
  'prewarm-taken-back': {
    readonly nodeGroups: readonly { readonly cluster: string; readonly nodeGroup: string; readonly toSize: number }[];
    /** The region has become the active one: nodes and pods stay. */
    readonly kept: boolean;
  };
  'wave-scaling-started': {
    readonly wave: number;
    readonly applications: readonly string[];
    /** How many CronJobs were captured as not suspended; when this is written none of them is suspended here. */
    readonly cronJobs?: number;
    /** Sentences: where an autoscaler of this region allows fewer replicas than were captured. */
    readonly shortened?: readonly string[];
  };
  /** Its pods are ready and its checks pass; what depends on it may start. `platform` is wave 0. */
  'application-ready': { readonly wave: number; readonly application: string };
  'wave-ready': { readonly wave: number; readonly applications: readonly string[] };
  'wave-short': { readonly wave: number; readonly applications: readonly string[]; readonly reason: string };
  'traffic-shifted': { readonly epoch: number; readonly region: string };
  'traffic-verified': { readonly epoch: number; readonly names: readonly string[] };
  'execution-closed': ExecutionRecord;
}

/** A data store as it stood before the decision. */
export interface AssessedStore {
  readonly application: string;
  readonly store: string;
  readonly kind: 'aurora-global';
  /** Null: unknown. */
  readonly lagSeconds: number | null;
  readonly lossBudgetSeconds: number;
  readonly fence: Fence;
  readonly unprovedAccepted: boolean;
}

/** The fence of one store when the epoch had been claimed. */
export interface FencedStore {
  readonly application: string;
  readonly store: string;
  readonly fence: Fence;
  /** What the fence rests on. */
  readonly detail: string;
  /** What lets it be promoted: the fence, a human, the plan's acceptUnprovedFence; `none`: nothing does. */
  readonly basis: 'fence' | 'approval' | 'plan' | 'none';
}

export type JournalKind = keyof JournalDetails;

/** What an execution reached. Times are ISO 8601 UTC. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly incidentId: string;
  readonly outcome: 'recovered' | 'held' | 'aborted';
  readonly epoch?: number;
  /** First unhealthy signal, or the execution's start when a person started it. RTO is counted from here. */
  readonly disasterAt: string;
  readonly startedAt: string;
  readonly closedAt: string;
  readonly platform: RecoveryRecord;
  readonly applications: readonly (RecoveryRecord & { readonly name: string })[];
  /** What became of the data stores that this failover promotes; absent where it has none or didn't get so far. */
  readonly stores?: readonly StoreRecord[];
  /** Error name of the state that failed. */
  readonly error?: string;
  readonly cause?: string;
}

export interface StoreRecord extends Pick<FencedStore, 'application' | 'store' | 'fence' | 'basis'> {
  /** Does every store of its application take writes in the region that was activated? */
  readonly promoted: boolean;
}

export interface RecoveryRecord {
  readonly rtoTargetSeconds: number;
  /** Null: not recovered. */
  readonly rtoSeconds: number | null;
  readonly rpoTargetSeconds: number;
  /** Null: unknown. `rpoBasis` says whether it was measured before the promotion or is what the plan's replication promises. */
  readonly rpoSeconds: number | null;
  readonly rpoBasis: 'no-data' | 'measured-lag' | 'planned-replication-lag' | 'capture-age' | 'unknown';
  readonly met: boolean;
  readonly reason: string;
  readonly remedy: string;
}
