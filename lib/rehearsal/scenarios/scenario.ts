import type { Plan } from '../../plan/plan.ts';

/** Which of the plan's regions a fault hits. */
export type RegionRole = 'active' | 'standby' | 'witness';

/** Something that breaks. `atSeconds` counts from the scenario's fault instant, after the warm-up; at most 180 s before it. */
export type Fault =
  /** Power and network of the region are gone; with `forSeconds` it comes back. */
  | {
      readonly kind: 'region-dark';
      readonly atSeconds: number;
      readonly region: RegionRole;
      readonly forSeconds?: number;
    }
  /** The region answers and isn't well: a share of its applications' requests fails, and every answer is late. */
  | {
      readonly kind: 'degraded';
      readonly atSeconds: number;
      readonly region: RegionRole;
      readonly errorPercent: number;
      readonly extraLatencyMs: number;
      readonly forSeconds?: number;
    }
  /** No packet gets from one region to the other, in both directions. */
  | { readonly kind: 'path-cut'; readonly atSeconds: number; readonly from: RegionRole; readonly to: RegionRole }
  /** AWS Health says that a service of the region is in trouble, or well again. */
  | {
      readonly kind: 'health-says';
      readonly atSeconds: number;
      readonly region: RegionRole;
      /** As AWS writes it: `EC2`, `MULTIPLE_SERVICES`. */
      readonly service: string;
      readonly status: 'open' | 'closed';
    }
  /** EC2 has no instance left of any type. */
  | { readonly kind: 'no-capacity'; readonly atSeconds: number; readonly region: RegionRole }
  /** Others leave so much of the API servers' room for callers; what doesn't fit is refused (429). */
  | {
      readonly kind: 'api-servers-crowded';
      readonly atSeconds: number;
      readonly region: RegionRole;
      readonly seats: number;
      readonly queuedPerUser: number;
    }
  /** Every event is delivered twice. */
  | { readonly kind: 'events-twice'; readonly atSeconds: number }
  /** Control planes that have one home for all regions, in us-east-1 (Route 53's, IAM's), answer nothing but errors. */
  | { readonly kind: 'control-planes-down'; readonly atSeconds: number }
  /**
   * The first failover stalls before it does anything in `state`. An operator takes it over by hand after
   * `takeoverAfterSeconds`; when that one has claimed, the first one wakes.
   */
  | {
      readonly kind: 'failover-stalls';
      readonly atSeconds: number;
      readonly state: string;
      readonly takeoverAfterSeconds: number;
    }
  /** Nothing of a database's writes reaches the other region any more; before the fault instant with a negative time. */
  | { readonly kind: 'replication-stops'; readonly atSeconds: number }
  /** Every promotion of the first database of the plan is begun and given up. */
  | { readonly kind: 'promotion-fails'; readonly atSeconds: number }
  /** An operator stops the failover's execution when it enters `state`. */
  | { readonly kind: 'failover-stopped'; readonly atSeconds: number; readonly state: string }
  /** An operator starts the failover by hand in the instant in which it is started automatically. */
  | { readonly kind: 'operator-starts-too'; readonly atSeconds: number };

/** Somebody who reads the messages and obeys the first one that holds the command for what they want. */
export interface Human {
  /** Of the session under which they sign. */
  readonly name: string;
  readonly action: 'approve' | 'reject' | 'abort';
  /** State of the failover that they wait for before; absent: they don't wait. */
  readonly inState?: string;
  /** From the message, or that state, to the answer. */
  readonly afterSeconds: number;
}

export type Scenario = ScenarioText & Amendment;

/** What a scenario needs otherwise than the plan has it, and the sentence that tells people. */
type Amendment =
  | { readonly amend?: undefined; readonly amendment?: undefined }
  | {
      /** The plan that is rehearsed; throws InputError for a plan that has nothing to amend. */
      readonly amend: (plan: Plan) => Plan;
      /** A clause without a full stop, like `approval.mode: approval`. */
      readonly amendment: string;
    };

interface ScenarioText {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `held`: no failover takes effect. */
  readonly expected: 'recovered' | 'held';
  /** Must a human have been paged when it is over? */
  readonly pages: boolean;
  /** Longest virtual time from the fault instant; the rehearsal ends earlier when the outcome is decided and measured. */
  readonly durationSeconds: number;
  readonly faults: readonly Fault[];
  readonly humans?: readonly Human[];
}

/** Time for leases, captures, alarms and pods to settle before anything breaks. */
export const warmUpSeconds = 420;
