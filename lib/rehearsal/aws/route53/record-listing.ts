import { z } from 'zod';
import { AwsServiceError } from '../service.ts';
import { normalName, type RecordSet, recordTypes } from './record-set.ts';

/** The API's largest and usual page (API reference, ListResourceRecordSets). */
const largestPage = 300;

export const listInput = z.strictObject({
  HostedZoneId: z.string(),
  StartRecordName: z.string().optional(),
  StartRecordType: z.enum(recordTypes).optional(),
  StartRecordIdentifier: z.string().optional(),
  MaxItems: z.coerce.number().int().min(1).default(largestPage),
});

/**
 * Records are listed by name with its labels reversed (com.example.www), then by type "in ASCII order" (same page), then by
 * identifier, from the start on. The order of identifiers is unverified: route-53.identifier-order.
 */
export function pageOf(
  records: readonly RecordSet[],
  input: z.output<typeof listInput>,
): { readonly page: readonly RecordSet[]; readonly next: RecordSet | undefined } {
  const sorted = records.toSorted((a, b) => compare(sortKey(a), sortKey(b)));
  const from = sorted.filter((record) => sortKey(record) >= startKey(input));
  const size = Math.min(input.MaxItems, largestPage);
  return { page: from.slice(0, size), next: from[size] };
}

function sortKey({ name, type, setIdentifier = '' }: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>): string {
  return `${name.split('.').reverse().join('.')} ${type} ${setIdentifier}`;
}

/** Each part of the start needs the one before it (same page: InvalidInput). */
function startKey(input: z.output<typeof listInput>): string {
  const { StartRecordName: name, StartRecordType: type, StartRecordIdentifier: setIdentifier } = input;
  if ((name === undefined && type !== undefined) || (type === undefined && setIdentifier !== undefined)) {
    throw new AwsServiceError('InvalidInput', 'StartRecordType needs a name, and StartRecordIdentifier a type');
  }
  if (name === undefined) return '';
  if (type === undefined) return `${normalName(name).split('.').reverse().join('.')} `;
  return sortKey({ name: normalName(name), type, ...(setIdentifier !== undefined && { setIdentifier }) });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
