import type { Change } from './change-batch.ts';

/**
 * Of one ChangeResourceRecordSets request; an alias is a record, and what is upserted counts twice. Route 53 developer
 * guide, "Quotas", number of elements and characters in ChangeResourceRecordSets requests.
 */
const mostRecords = 1000;
const mostCharacters = 32_000;

/** In Route 53's words, as users of it have reported them (kubernetes-sigs/external-dns 2537, octodns/octodns-route53 17). */
export function limitFaults(changes: readonly Change[]): string[] {
  let records = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet } of changes) {
    const times = Action === 'UPSERT' ? 2 : 1;
    const values = (ResourceRecordSet.ResourceRecords ?? []).map(({ Value }) => Value);
    records += times * (ResourceRecordSet.AliasTarget === undefined ? values.length : 1);
    characters += times * values.reduce((sum, value) => sum + value.length, 0);
  }
  return [
    ...(records > mostRecords ? [`Number of records limit of ${mostRecords} exceeded.`] : []),
    ...(characters > mostCharacters ? [`RDATA character limit of ${mostCharacters} exceeded.`] : []),
  ];
}
