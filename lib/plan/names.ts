import type { Plan } from './plan.ts';

/**
 * Physical names. They are fixed by the plan, so that a stack can name what lives in another region
 * without a cross-region reference, and a person finds things by their names.
 */
export function functionName(plan: Plan, verbNoun: string): string {
  return `${plan.estate}-${verbNoun}`;
}

export function authorityTableName(plan: Plan): string {
  return `${plan.estate}-authority`;
}

/** Slots, signals, incidents and the incident lock of one region. */
export function coordinationTableName(plan: Plan): string {
  return `${plan.estate}-coordination`;
}

/** What the active region told this region of itself: replica counts, node counts, manifests. */
export function capturesTableName(plan: Plan): string {
  return `${plan.estate}-captures`;
}

export function journalTableName(plan: Plan): string {
  return `${plan.estate}-journal`;
}

export function operatorsTopicName(plan: Plan): string {
  return `${plan.estate}-operators`;
}

/** Who is asked when the operators don't answer. */
export function escalationTopicName(plan: Plan): string {
  return `${plan.estate}-escalation`;
}

/** The policy that lets people look at the estate and approve, abort and start failovers of a region; policies know no regions, so it has one in its name. */
export function operatorsPolicyName(plan: Plan, region: string): string {
  return `${plan.estate}-operators-${region}`;
}

export function failoverStateMachineName(plan: Plan): string {
  return `${plan.estate}-failover`;
}

/**
 * The TXT record with the epoch that an estate's names in a zone are under (`_lifeboat-bank.bank.example`). Estates that
 * share a zone don't share it.
 */
export function zoneEpochName({ estate }: Pick<Plan, 'estate'>, zone: string): string {
  return `_lifeboat-${estate}.${zone}`;
}

/** Alarm of a region on the heartbeat that the other region sends it. */
export function heartbeatAlarmName(plan: Plan): string {
  return `${plan.estate}-heartbeat`;
}

/** Alarms of a region on what clients experience of the other one: the composite alarm, and the two that it joins. */
export function applicationAlarmNames(plan: Plan): {
  readonly degraded: string;
  readonly errors: string;
  readonly latency: string;
} {
  const degraded = `${plan.estate}-degraded`;
  return { degraded, errors: `${degraded}-errors`, latency: `${degraded}-latency` };
}

/** The dimensions of a degradation metric as it is about `observedRegion`. */
export function degradationDimensions(
  dimensions: Readonly<Record<string, string>>,
  observedRegion: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, value]) => [name, value.replaceAll('{region}', observedRegion)]),
  );
}

/** The zone that holds the verdicts of Route 53's checkers; undefined where the plan names none. */
export function verdictZone(plan: Plan): { readonly name: string; readonly hostedZoneId: string } | undefined {
  return plan.detection.route53?.zone ?? plan.applications.flatMap(({ dns }) => dns)[0]?.zone;
}

/** Name of the TXT record that says what Route 53's checkers think of a region. */
export function checkerVerdictName(plan: Plan, region: string, zoneName: string): string {
  return `_lifeboat-${plan.estate}-${region}.${zoneName}`;
}

export const metricNamespace = 'Lifeboat';
export const heartbeatMetricName = 'Heartbeat';

/** The other one of the two regions that can be active. */
export function peerRegion(plan: Plan, region: string): string {
  if (region === plan.regions.active) return plan.regions.standby;
  if (region === plan.regions.standby) return plan.regions.active;
  throw new RangeError(`${region} is neither ${plan.regions.active} nor ${plan.regions.standby}`);
}

/** Namespace of everything that pre-warming makes. The platform's owners make it, together with the PriorityClass. */
export const prewarmNamespace = 'lifeboat-prewarm';
/**
 * Below every other pod, and yet not expendable to the Cluster Autoscaler, which adds nodes for priorities of -10 and
 * above (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md, expendable-pods-priority-cutoff).
 */
export const prewarmPriorityClass = { name: 'lifeboat-prewarm', value: -10 } as const;
