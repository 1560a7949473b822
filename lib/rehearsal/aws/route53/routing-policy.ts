import { z } from 'zod';

export const failoverRoles = ['PRIMARY', 'SECONDARY'] as const;
export type FailoverRole = (typeof failoverRoles)[number];

/** How Route 53 chooses among the record sets of one name and type. */
export type Routing =
  | { readonly policy: 'simple' }
  | { readonly policy: 'failover'; readonly role: FailoverRole }
  | { readonly policy: 'weighted'; readonly weight: number }
  | { readonly policy: 'latency'; readonly region: string };

/**
 * What templates and the API say of it in the same members. Other policies are not simulated and refused by name. Weight:
 * Route 53 API reference, ResourceRecordSet.
 */
export const routingMembers = {
  SetIdentifier: z.string().min(1).max(128).optional(),
  Failover: z.enum(failoverRoles).optional(),
  Weight: z.coerce.number().int().min(0).max(255).optional(),
  Region: z.string().min(1).max(64).optional(),
};

interface RoutingMembers {
  readonly SetIdentifier?: string | undefined;
  readonly Failover?: FailoverRole | undefined;
  readonly Weight?: number | undefined;
  readonly Region?: string | undefined;
}

export function routingOf({ Failover, Weight, Region }: RoutingMembers): Routing {
  if (Failover !== undefined) return { policy: 'failover', role: Failover };
  if (Weight !== undefined) return { policy: 'weighted', weight: Weight };
  return Region === undefined ? { policy: 'simple' } : { policy: 'latency', region: Region };
}

/** The members back, as ListResourceRecordSets gives them. */
export function membersOf(routing: Routing): Readonly<Record<string, string | number>> {
  switch (routing.policy) {
    case 'simple':
      return {};
    case 'failover':
      return { Failover: routing.role };
    case 'weighted':
      return { Weight: routing.weight };
    case 'latency':
      return { Region: routing.region };
  }
}

export function sameRouting(a: Routing, b: Routing): boolean {
  return JSON.stringify(membersOf(a)) === JSON.stringify(membersOf(b));
}

/**
 * What is wrong with one record set's policy; undefined: nothing. Route 53 API reference, ResourceRecordSet: one policy, an
 * identifier with every policy but simple, and a single value in weighted and latency record sets.
 */
export function routingFault(given: RoutingMembers, valueCount: number): string | undefined {
  const { policy } = routingOf(given);
  const policies = [given.Failover, given.Weight, given.Region].filter((member) => member !== undefined);
  if (policies.length > 1) return 'a record set has one of Failover, Weight and Region';
  if (policy === 'simple') {
    return given.SetIdentifier === undefined ? undefined : 'a SetIdentifier needs a Failover, a Weight or a Region';
  }
  if (given.SetIdentifier === undefined) return `Missing field 'SetIdentifier' of a ${policy} record`;
  if (policy !== 'failover' && valueCount > 1) return `a ${policy} record has one value`;
  return undefined;
}

/** API reference, ResourceRecordSet, Weight. */
const mostWeighted = 100;

/**
 * What is wrong with the record sets of one name and type together. API reference, ResourceRecordSet: no two policies, one
 * latency record set for each region, at most 100 weighted ones; one primary and one secondary (Route 53 developer
 * guide, "Values specific for failover records").
 */
export function groupFault(group: readonly Routing[]): string | undefined {
  const policies = new Set(group.map(({ policy }) => policy));
  if (policies.size > 1 || (group.length > 1 && policies.has('simple'))) return 'mixes routing policies';
  const places = group.flatMap((one) =>
    one.policy === 'latency' ? one.region : one.policy === 'failover' ? one.role : [],
  );
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) return `has two records for ${twice}`;
  return policies.has('weighted') && group.length > mostWeighted
    ? `has more than ${mostWeighted} weighted records`
    : undefined;
}

interface Candidate {
  readonly routing: Routing;
}

/** What a choice depends on beside the records. */
export interface Circumstances<Record> {
  healthy(record: Record): boolean;
  /** In [0, 1). */
  chance(): number;
  /** From whoever asks to an AWS region, in milliseconds. */
  latencyMs(region: string): number;
}

/**
 * The record set that answers. Records that are healthy are chosen among as the policy says; when none is, all count as
 * healthy: the zone fails open. Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is
 * configured".
 */
export function chosenRecord<Record extends Candidate>(
  group: readonly Record[],
  circumstances: Circumstances<Record>,
): Record | undefined {
  switch (group[0]?.routing.policy) {
    case 'failover':
      return byFailover(group, circumstances);
    case 'weighted':
      return byWeight(group, circumstances);
    case 'latency':
      return byLatency(group, circumstances);
    default:
      return group[0];
  }
}

/** Primary if healthy, else secondary if healthy, else primary. */
function byFailover<Record extends Candidate>(
  group: readonly Record[],
  { healthy }: Circumstances<Record>,
): Record | undefined {
  const inRole = (role: FailoverRole) =>
    group.find(({ routing }) => routing.policy === 'failover' && routing.role === role);
  const [primary, secondary] = [inRole('PRIMARY'), inRole('SECONDARY')];
  if (primary === undefined || secondary === undefined) return primary ?? secondary;
  return !healthy(primary) && healthy(secondary) ? secondary : primary;
}

/**
 * By the ratio of weights (same page): records with a weight of 0 only when no other is healthy, and then, or when all
 * have it, each as likely as the next.
 */
function byWeight<Record extends Candidate>(
  group: readonly Record[],
  { healthy, chance }: Circumstances<Record>,
): Record | undefined {
  const weighing = group.filter((record) => weightOf(record) > 0);
  const weightless = group.filter((record) => weightOf(record) === 0);
  const pool = [weighing.filter(healthy), weightless.filter(healthy), weighing, weightless].find(
    (records) => records.length > 0,
  );
  if (pool === undefined) return undefined;
  const shareOf = (record: Record) => weightOf(record) || 1;
  let rest = chance() * pool.reduce((sum, record) => sum + shareOf(record), 0);
  return pool.find((record) => {
    rest -= shareOf(record);
    return rest < 0;
  });
}

function weightOf({ routing }: Candidate): number {
  return routing.policy === 'weighted' ? routing.weight : 0;
}

/** The region that whoever asks gets to fastest. */
function byLatency<Record extends Candidate>(
  group: readonly Record[],
  { healthy, latencyMs }: Circumstances<Record>,
): Record | undefined {
  const alive = group.filter(healthy);
  const farness = ({ routing }: Candidate) => (routing.policy === 'latency' ? latencyMs(routing.region) : 0);
  return (alive.length > 0 ? alive : group).toSorted((a, b) => farness(a) - farness(b))[0];
}
