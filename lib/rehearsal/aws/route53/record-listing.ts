import { z } from 'zod';
import { normalName, type RecordSet, recordTypes } from './record-set.ts';

/** The API's largest and usual page (API reference, ListResourceRecordSets). */
const largestPage = 300;

export const listInput = z.strictObject({
  HostedZoneId: z.string(),
  StartRecordName: z.string().optional(),
  StartRecordType: z.enum(recordTypes).optional(),
  MaxItems: z.coerce.number().int().min(1).default(largestPage),
});

/**
 * Records are listed by name with its labels reversed (com.example.www), then by type, from the start name and type on
 * (same page). The order of types is unverified; here it is that of their letters.
 */
export function pageOf(
  records: readonly RecordSet[],
  input: z.output<typeof listInput>,
): { readonly page: readonly RecordSet[]; readonly next: RecordSet | undefined } {
  const sorted = records.toSorted((a, b) => compare(sortKey(a.name, a.type), sortKey(b.name, b.type)));
  const { StartRecordName: name, StartRecordType: type = '' } = input;
  const start = name === undefined ? '' : sortKey(normalName(name), type);
  const from = sorted.filter((record) => sortKey(record.name, record.type) >= start);
  const size = Math.min(input.MaxItems, largestPage);
  return { page: from.slice(0, size), next: from[size] };
}

function sortKey(name: string, type: string): string {
  return `${name.split('.').reverse().join('.')} ${type}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
