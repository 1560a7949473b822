import type { Plan, SignalKind } from '../../plan/plan.ts';
import { type Vantage, vantageOf } from '../../plan/signals.ts';
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
  /** The region answers and is ill; absent: it is dark. */
  readonly degradation?: { readonly errorPercent: number; readonly extraLatencyMs: number };
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
 * A checker waits 2 s for an answer to its request and, here, asks every 10 s three times
 * (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html).
 */
const checkerPatienceMs = 2000;
const checkSeconds = 10;
const missedChecks = 3;

/**
 * The shortest recovery that the plan and the latencies of the estate allow, whatever the order of work: first possible
 * quorum and confirmation, or the lease's end if later; the slowest dependency chain of promotions and starts; the health checks; the
 * resolvers. docs/lower-bound.md explains every term.
 */
export function lowerBound(input: LowerBoundInput): LowerBound {
  const { plan } = input;
  const { degradation } = input;
  const signals = degradation === undefined ? darkness(plan, input.faultMs) : illness(plan, input.faultMs, degradation);
  const quorumSeconds = firstQuorumSeconds(plan, signals);
  const believedSeconds = quorumSeconds + plan.detection.confirmationSeconds;
  // A region that is alive can give its lease up at once.
  const leaseSeconds = degradation === undefined ? Math.max(0, plan.authority.leaseSeconds - beatSeconds) : 0;
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

/** Seconds from the fault to the first unhealthy word of each signal that can have one. */
type FirstWords = Partial<Readonly<Record<SignalKind, number>>>;

/** When the last signal of the earliest possible quorum is there. Signals of one vantage count once. */
function firstQuorumSeconds(plan: Plan, firstWords: FirstWords): number {
  const byVantage = new Map<Vantage, number>();
  for (const signal of plan.detection.signals) {
    const vantage = vantageOf[signal];
    const seconds = Math.min(firstWords[signal] ?? Infinity, byVantage.get(vantage) ?? Infinity);
    if (seconds < Infinity) byVantage.set(vantage, seconds);
  }
  const times = [...byVantage.values()].sort((a, b) => a - b);
  return times[plan.detection.quorum - 1] ?? 0;
}

function darkness(plan: Plan, faultMs: number): FirstWords {
  const { timeoutSeconds } = plan.detection.probe;
  // Silence is known when the probe's time is over.
  const probe = nextSlotSeconds(plan, faultMs) + timeoutSeconds;
  return {
    'probe-standby': probe,
    'probe-witness': probe,
    // The last beat may have been sent a whole period before the fault.
    'heartbeat-alarm': (missedBeats - 1) * beatSeconds,
  };
}

/** Each signal speaks only where what it measures is past its threshold. */
function illness(
  plan: Plan,
  faultMs: number,
  { errorPercent, extraLatencyMs }: NonNullable<LowerBoundInput['degradation']>,
): FirstWords {
  const { probe, degradation } = plan.detection;
  const { timeoutSeconds, slowAfterSeconds = timeoutSeconds } = probe;
  const isSlow = extraLatencyMs > slowAfterSeconds * 1000;
  const errors = degradation?.errors?.thresholdPercent ?? Infinity;
  const latency = degradation?.latency?.thresholdMs ?? Infinity;
  const isDegraded = errorPercent > errors || extraLatencyMs > latency;
  const slow = nextSlotSeconds(plan, faultMs) + Math.min(extraLatencyMs / 1000, timeoutSeconds);
  return {
    ...(isSlow && { 'probe-standby': slow, 'probe-witness': slow }),
    // Checkers may be about to ask, and need three answers in a row that come too late.
    ...(extraLatencyMs > checkerPatienceMs && {
      'route53-checkers': (missedChecks - 1) * checkSeconds + checkerPatienceMs / 1000,
    }),
    // One data point a minute; the fault may begin with the first of them.
    ...(isDegraded && { 'application-alarm': (degradation?.forSeconds ?? 0) - 60 }),
  };
}

function nextSlotSeconds(plan: Plan, faultMs: number): number {
  const intervalMs = plan.detection.probe.intervalSeconds * 1000;
  return (Math.ceil(faultMs / intervalMs) * intervalMs - faultMs) / 1000;
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
