import { z } from 'zod';
import { AwsServiceError, type ServiceCall } from '../service.ts';
import { limitFaults } from './batch-limits.ts';
import type { HostedZone } from './hosted-zone.ts';
import { normalName, type RecordSet, recordSetKey, recordTypes, sameRecordSet } from './record-set.ts';
import { groupFault, routingFault, routingMembers, routingOf } from './routing-policy.ts';

const resourceRecordSet = z.strictObject({
  Name: z.string(),
  Type: z.enum(recordTypes),
  ...routingMembers,
  TTL: z.int().optional(),
  ResourceRecords: z.array(z.strictObject({ Value: z.string() })).optional(),
  AliasTarget: z
    .strictObject({ HostedZoneId: z.string(), DNSName: z.string(), EvaluateTargetHealth: z.boolean() })
    .optional(),
  HealthCheckId: z.string().optional(),
});

export const changeInput = z.strictObject({
  HostedZoneId: z.string(),
  ChangeBatch: z.strictObject({
    Comment: z.string().optional(),
    Changes: z
      .array(z.strictObject({ Action: z.enum(['CREATE', 'DELETE', 'UPSERT']), ResourceRecordSet: resourceRecordSet }))
      .min(1),
  }),
});

export type Change = z.output<typeof changeInput>['ChangeBatch']['Changes'][number];

/**
 * Condition keys of the call: name (lower case, no final dot), type and action of every change. Route 53 developer guide,
 * "Using IAM policy conditions for fine-grained access control".
 */
export function changeContext(input: ServiceCall['input']): Readonly<Record<string, readonly string[]>> {
  const changes = changeInput.safeParse(input).data?.ChangeBatch.Changes ?? [];
  const sets = changes.map((change) => change.ResourceRecordSet);
  return {
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': sets.map(({ Name }) => normalName(Name)),
    'route53:ChangeResourceRecordSetsRecordTypes': sets.map(({ Type }) => Type),
    'route53:ChangeResourceRecordSetsActions': changes.map(({ Action }) => Action),
  };
}

export function recordSetOf(given: Change['ResourceRecordSet']): RecordSet {
  return {
    name: normalName(given.Name),
    type: given.Type,
    setIdentifier: given.SetIdentifier,
    routing: routingOf(given),
    healthCheckId: given.HealthCheckId,
    ttlSeconds: given.TTL ?? 60,
    values: (given.ResourceRecords ?? []).map((record) => record.Value),
    alias: given.AliasTarget && {
      dnsName: given.AliasTarget.DNSName,
      hostedZoneId: given.AliasTarget.HostedZoneId,
      evaluateTargetHealth: given.AliasTarget.EvaluateTargetHealth,
    },
  };
}

/**
 * The zone's records after the batch: all of it or nothing. InvalidChangeBatch lists what is wrong, as Route 53 words it
 * (API reference, ChangeResourceRecordSets: "Change Batches and Transactional Changes").
 */
export function applyChanges(
  zone: HostedZone,
  current: ReadonlyMap<string, RecordSet>,
  changes: readonly Change[],
): ReadonlyMap<string, RecordSet> {
  const records = new Map(current);
  const messages = limitFaults(changes);
  for (const change of changes) {
    const record = recordSetOf(change.ResourceRecordSet);
    const problem = faultOf(zone, records.get(recordSetKey(record)), change, record);
    if (problem !== undefined) messages.push(problem);
    else if (change.Action === 'DELETE') records.delete(recordSetKey(record));
    else records.set(recordSetKey(record), record);
  }
  messages.push(...conflicts(records));
  if (messages.length > 0)
    throw new AwsServiceError('InvalidChangeBatch', `[${messages.join(', ')}]`, 400, { messages });
  return records;
}

function faultOf(
  zone: HostedZone,
  existing: RecordSet | undefined,
  { Action: action, ResourceRecordSet: given }: Change,
  record: RecordSet,
) {
  const named = `resource record set [name='${record.name}.', type='${record.type}'${
    record.setIdentifier === undefined ? '' : `, set-identifier='${record.setIdentifier}'`
  }]`;
  if (!zone.holds(record.name)) return `RRSet with DNS name ${record.name}. is not permitted in zone ${zone.name}.`;
  if (record.alias === undefined && record.values.length === 0)
    return `Invalid ${named}: it has neither values nor an alias`;
  const routing = routingFault(given, record.values.length);
  if (routing !== undefined) return `Invalid ${named}: ${routing}`;
  if (action === 'CREATE' && existing !== undefined) return `Tried to create ${named} but it already exists`;
  if (action !== 'DELETE') return undefined;
  if (existing === undefined) return `Tried to delete ${named} but it was not found`;
  return sameRecordSet(existing, record)
    ? undefined
    : `Tried to delete ${named} but the values provided do not match the current values`;
}

/** A CNAME stands alone at its name (RFC 1034 3.6.2), and the records of one name and type go together. */
export function conflicts(records: ReadonlyMap<string, RecordSet>): string[] {
  const byName = Map.groupBy(records.values(), (record) => record.name);
  const messages: string[] = [];
  for (const [name, group] of byName) {
    const types = new Set(group.map((record) => record.type));
    if (types.has('CNAME') && types.size > 1) {
      messages.push(`RRSet of type CNAME with DNS name ${name}. is not permitted as it conflicts with other records`);
    }
    const policies = Map.groupBy(group, (record) => record.type);
    for (const [type, sets] of policies) {
      const fault = groupFault(sets.map(({ routing }) => routing));
      if (fault !== undefined) messages.push(`RRSet of type ${type} with DNS name ${name}. ${fault}`);
    }
  }
  return messages;
}
