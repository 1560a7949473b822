import type { Plan } from '../../plan/plan.ts';
import { waves } from '../../plan/waves.ts';

/** Seconds of one unavoidable step. */
export interface BoundStep {
  readonly step: string;
  readonly seconds: number;
}

export interface LowerBoundInput {
  readonly plan: Plan;
  /** Epoch milliseconds of the fault: probes ask on the multiples of their interval. */
  readonly faultMs: number;
  /**
   * By application: seconds from "start" to the first ready pod of its slowest workload, with nodes and images there
   * already; 0 where enough runs in the standby region. What isn't in the map can't be recovered and is left out.
   */
  readonly startSeconds: ReadonlyMap<string, number>;
  /** By application: seconds of the slowest promotion of its data stores, the least the world allows; absent: none. */
  readonly promotionSeconds: ReadonlyMap<string, number>;
  /** Of the Route 53 health checks that move the traffic. */
  readonly healthCheck: { readonly intervalSeconds: number; readonly failureThreshold: number };
}

export interface LowerBound {
  readonly seconds: number;
  readonly steps: readonly BoundStep[];
}

/** The lease is renewed, the heartbeat is sent every ten seconds: section 4 of the design. */
const beatSeconds = 10;
/** The heartbeat alarm wants three missing periods. */
const missedBeats = 3;

/**
 * The shortest recovery that the plan and the latencies of the estate allow, whatever the order of work: first possible
 * quorum and confirmation, or the lease's end if later; the slowest dependency chain of promotions and starts; the health checks; the
 * resolvers. docs/lower-bound.md explains every term.
 */
export function lowerBound(input: LowerBoundInput): LowerBound {
  const { plan } = input;
  const quorumSeconds = firstQuorumSeconds(plan, input.faultMs);
  const believedSeconds = quorumSeconds + plan.detection.confirmationSeconds;
  const leaseSeconds = Math.max(0, plan.authority.leaseSeconds - beatSeconds);
  const chain = slowestChain(input);
  const steps: BoundStep[] = [
    { step: `quorum of ${plan.detection.quorum} signals`, seconds: quorumSeconds },
    { step: 'confirmation', seconds: plan.detection.confirmationSeconds },
    { step: 'rest of the lease', seconds: Math.max(0, leaseSeconds - believedSeconds) },
    ...chain.promotion,
    {
      step: chain.names.length === 0 ? 'starts' : `start of ${chain.names.join(' → ')}`,
      seconds: chain.seconds - (chain.promotion[0]?.seconds ?? 0),
    },
  ];
  steps.push(...slowestName(input));
  return { seconds: total(steps), steps };
}

/** The move of the public name that clients see last. What changes no health state waits for none. */
function slowestName({ plan, startSeconds, healthCheck }: LowerBoundInput): BoundStep[] {
  const { intervalSeconds, failureThreshold } = healthCheck;
  const checks = {
    step: `${failureThreshold} health checks every ${intervalSeconds} s`,
    seconds: intervalSeconds * failureThreshold,
  };
  const moves = plan.applications
    .filter(({ name }) => startSeconds.has(name))
    .flatMap(({ dns }) => dns)
    .map(({ traffic, ttlSeconds }) => [
      ...(traffic === 'health-state' ? [checks] : []),
      { step: 'time to live in resolvers', seconds: ttlSeconds },
    ]);
  return moves.reduce((slowest, move) => (total(move) > total(slowest) ? move : slowest), []);
}

function total(steps: readonly BoundStep[]): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** When the last signal of the earliest possible quorum is there. */
function firstQuorumSeconds(plan: Plan, faultMs: number): number {
  const { intervalSeconds, timeoutSeconds } = plan.detection.probe;
  const intervalMs = intervalSeconds * 1000;
  const nextSlotSeconds = (Math.ceil(faultMs / intervalMs) * intervalMs - faultMs) / 1000;
  const earliest: Readonly<Record<string, number>> = {
    // Silence is known when the probe's time is over.
    'probe-standby': nextSlotSeconds + timeoutSeconds,
    'probe-witness': nextSlotSeconds + timeoutSeconds,
    // The last beat may have been sent a whole period before the fault.
    'heartbeat-alarm': (missedBeats - 1) * beatSeconds,
  };
  const times = plan.detection.signals.flatMap((signal) => earliest[signal] ?? []).sort((a, b) => a - b);
  return times[plan.detection.quorum - 1] ?? 0;
}

/** What must happen one after the other until an application is ready, after authority was claimed. */
interface Chain {
  /** All promotions can begin at once, so a chain waits for one of them at most: the last, and what came before it is free. */
  readonly promotion: readonly [BoundStep] | readonly [];
  readonly names: readonly string[];
  readonly seconds: number;
}

const nothing: Chain = { promotion: [], names: [], seconds: 0 };

function slowestChain({ plan, startSeconds, promotionSeconds }: LowerBoundInput): Chain {
  const longest = new Map<string, Chain>();
  let slowest = nothing;
  for (const { name, dependsOn } of waves(plan).flat()) {
    const own = startSeconds.get(name);
    if (own === undefined) continue;
    let before = nothing;
    for (const dependency of dependsOn) {
      const chain = longest.get(dependency);
      if (chain !== undefined && chain.seconds > before.seconds) before = chain;
    }
    const seconds = promotionSeconds.get(name) ?? 0;
    // Pods that start on a database which refuses their writes may crash, and back off for minutes.
    if (seconds > before.seconds) {
      before = { promotion: [{ step: `promotion of the data of ${name}`, seconds }], names: [], seconds };
    }
    const chain = own === 0 ? before : { ...before, names: [...before.names, name], seconds: before.seconds + own };
    longest.set(name, chain);
    if (chain.seconds > slowest.seconds) slowest = chain;
  }
  return slowest;
}
