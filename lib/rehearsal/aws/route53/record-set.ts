import type { DnsRecordType } from '../../network/internet.ts';
import { type Routing, sameRouting } from './routing-policy.ts';

export const recordTypes = ['A', 'CNAME', 'NS', 'TXT'] as const;

export interface AliasTarget {
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly evaluateTargetHealth: boolean;
}

/** One resource record set; `name` in lower case without the final dot. Either `values` and `ttlSeconds`, or `alias`. */
export interface RecordSet {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly setIdentifier?: string;
  readonly routing: Routing;
  readonly healthCheckId?: string;
  readonly ttlSeconds: number;
  readonly values: readonly string[];
  readonly alias?: AliasTarget;
}

/** What tells record sets apart: Route 53 API reference, ResourceRecordSet (name, type, set identifier). */
export function recordSetKey(record: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>): string {
  return `${record.name}|${record.type}|${record.setIdentifier ?? ''}`;
}

export function normalName(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

export function sameRecordSet(a: RecordSet, b: RecordSet): boolean {
  return (
    recordSetKey(a) === recordSetKey(b) &&
    sameRouting(a.routing, b.routing) &&
    a.healthCheckId === b.healthCheckId &&
    a.ttlSeconds === b.ttlSeconds &&
    a.alias?.dnsName === b.alias?.dnsName &&
    a.values.length === b.values.length &&
    a.values.every((value, index) => value === b.values[index])
  );
}
