import type { Plan } from '../../plan/plan.ts';
import type { FunctionRun } from '../aws/lambda/execution-instance.ts';
import type { AcknowledgedWrite, SimulatedDataStore } from '../estate/data-store.ts';
import type { TraceEntry } from '../world/trace.ts';

/** The authority's record, as the world finds it in the table. */
export interface AuthorityState {
  readonly epoch: number;
  readonly activeRegion: string;
  readonly phase: string;
  readonly leaseExpiresAtMs: number;
  /** ARN of the execution that claimed the epoch. */
  readonly claimedBy: string;
}

export interface BrokenRule {
  /**
   * Number of the rule in section 3 of the design; 15: a false alarm costs nothing but the pre-warm; 16: nothing starts
   * before what it depends on.
   */
  readonly rule: number;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly detail: string;
}

/** An entry of a region's journal as it lies in the table, whether or not the region is up. */
export interface JournalFact {
  readonly region: string;
  readonly incidentId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly executionArn: string;
  /** The whole item as JSON. */
  readonly text: string;
  /** What an `execution-closed` says; undefined for the other kinds. */
  readonly closing?: { readonly outcome: string; readonly epoch?: number; readonly recoveries: readonly Recovery[] };
}

/** What AWS Health has said of a region's service, whoever heard it. Epoch milliseconds. */
export interface SaidIssue {
  readonly region: string;
  readonly eventArn: string;
  readonly startedMs: number;
  /** Absent: it is open. */
  readonly endedMs?: number;
  /** When it was first said. */
  readonly saidMs: number;
}

/** When clients of an application were served again, in seconds from the fault; null: never. */
export interface Recovery {
  readonly name: string;
  readonly rtoSeconds: number | null;
}

/** What the rules are checked against: the world itself, never what the failover says of itself. */
export interface Evidence {
  readonly plan: Plan;
  nowMs(): number;
  /** Since when the region has been up, in epoch milliseconds: minus infinity if it always was; undefined while it is dark. */
  upSinceMs(region: string): number | undefined;
  authority(): AuthorityState | undefined;
  /** What the zones' name servers answer for a public name now: its values, none if it resolves to nothing. */
  answers(dnsName: string): readonly string[];
  /** Sum of the replicas that the region's workloads ask for, and of its nodes. */
  capacity(region: string): { readonly replicas: number; readonly nodes: number };
  /** Does the database's storage refuse the region that wrote last before the disaster, whether that is up or not? */
  oldWriterFenced(globalCluster: string): boolean;
  /** Executions that haven't ended, in regions that are up. */
  runningExecutions(): readonly {
    readonly name: string;
    readonly startedAtMs: number;
    readonly timeoutSeconds: number;
  }[];
  /** ARNs of failovers that have ended, in regions that are up. */
  endedExecutions(): readonly string[];
  /** The journals of both regions. */
  journalFacts(): readonly JournalFact[];
  healthIssues(): readonly SaidIssue[];
  /** Is this the secret key or the session token of credentials that the world gave out? */
  isIssuedSecret(value: string): boolean;
  /** Replicas and ready pods of an application's Deployments and StatefulSets in a region, each as `Kind namespace/name`. */
  workloads(
    region: string,
    application: string,
  ): readonly { readonly name: string; readonly replicas: number; readonly ready: number }[];
  /** The whole estate by names and contents, without what changes by itself. */
  estateFacts(): ReadonlyMap<string, string>;
  /** Ids of incidents that aren't closed, in regions that are up. */
  openIncidents(): readonly string[];
  /** Incident locks that are still held, in regions that are up. */
  locks(): readonly { readonly owner: string; readonly expiresAtMs: number }[];
}

/** One rule. Hooks are called in virtual time, in order; each calls `broken` for what it finds. */
export interface Invariant {
  readonly rule: number;
  /** A function starts to handle an event. */
  onRun?(run: FunctionRun): void;
  onCall?(entry: TraceEntry): void;
  onWrite?(store: SimulatedDataStore, write: AcknowledgedWrite): void;
  onServed?(application: string, region: string): void;
  /** A line of a function's log; `process` is the instance, as the trace names it as a caller. */
  onLogLine?(process: string, text: string): void;
  /** Every ten virtual seconds. */
  onTick?(): void;
  onEnd?(recoveries: readonly Recovery[]): void;
}

export type InvariantFactory = (evidence: Evidence, broken: (detail: string) => void) => Invariant;
