import type { StaleKind } from '../estate/stale-clients.ts';
import type { BrokenRule } from '../invariants/invariant.ts';

export type Outcome = 'recovered' | 'held' | 'failed';

export interface PlatformResult {
  readonly rtoTargetSeconds: number;
  /** Null: the clients didn't recover within the rehearsal. */
  readonly rtoSeconds: number | null;
  readonly rpoTargetSeconds: number;
  readonly rpoSeconds: number | null;
  readonly met: boolean;
}

export interface ApplicationResult extends PlatformResult {
  readonly name: string;
  /** 1 for what depends on nothing; 0 is the platform. */
  readonly wave: number;
  readonly pattern: string;
  /** One sentence each; null where the targets are met. */
  readonly reason: string | null;
  readonly remedy: string | null;
}

export interface RungAlarmResult {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly region: string;
  readonly name: string;
}

export interface NotificationResult {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** Of the topic. */
  readonly region: string;
  readonly severity: 'info' | 'page';
  /** docs/notifications.md; null: an alarm or a message of last resort. */
  readonly kind: string | null;
  readonly incidentId: string | null;
  readonly subject: string;
}

export interface StaleClientsResult {
  /** `minimum-ttl`: their resolver keeps answers too long. `kept-address`: they stay where they are until nobody answers. */
  readonly kind: StaleKind;
  readonly requests: number;
  readonly failed: number;
  /** From the fault on; null: not back when the rehearsal ended, which doesn't wait for them. */
  readonly rtoSeconds: number | null;
}

/** What `lifeboat rehearse --json` prints. */
export interface RehearsalResult {
  readonly scenario: string;
  readonly seed: number;
  /** What the scenario changed in the plan before the templates were made; null where nothing. */
  readonly amendment: string | null;
  readonly expected: 'recovered' | 'held';
  readonly outcome: Outcome;
  readonly ok: boolean;
  readonly reason: string;
  /** Null where no failover was started. */
  readonly execution: {
    readonly stateMachine: string;
    readonly name: string;
    readonly status: string;
    readonly states: readonly string[];
    /** Of 25,000 that a standard execution may have. */
    readonly historyEvents: number;
  } | null;
  readonly platform: PlatformResult;
  readonly applications: readonly ApplicationResult[];
  readonly rto: {
    /** Of the application (or platform) that was back last; null if one wasn't. */
    readonly seconds: number | null;
    readonly lowerBoundSeconds: number;
    readonly criticalPath: readonly { readonly step: string; readonly seconds: number }[];
  };
  readonly clients: {
    readonly requests: number;
    readonly failed: number;
    readonly firstFailureAt: string | null;
    readonly lastFailureAt: string | null;
  };
  /** Clients that hold on to addresses longer than they may; they count nowhere else. */
  readonly staleClients: readonly StaleClientsResult[];
  readonly calls: {
    readonly total: number;
    readonly denied: number;
    readonly byService: Readonly<Record<string, number>>;
  };
  /** Alarms that told the operators of a bad state, warm-up included, in their order. */
  readonly alarms: readonly RungAlarmResult[];
  /** What the operators were told from the fault on, in its order. */
  readonly notifications: readonly NotificationResult[];
  readonly invariants: { readonly checked: number; readonly broken: readonly BrokenRule[] };
}
