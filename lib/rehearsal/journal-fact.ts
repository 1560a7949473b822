import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import type { JournalFact } from './invariants/invariant.ts';
import type { JournalLine } from './report/journal-section.ts';

const recovery = z.object({ rtoSeconds: z.number().nullable() });
/** As much of an `execution-closed` as can be held against what the world saw. */
const record = z.object({
  outcome: z.string(),
  epoch: z.number().optional(),
  platform: recovery,
  applications: z.array(recovery.extend({ name: z.string() })),
});
const entry = z.object({
  incidentId: z.string(),
  sequence: z.number(),
  at: z.string(),
  kind: z.string(),
  executionArn: z.string(),
  detail: z.unknown(),
});

/** An item of the journal table, read from outside: what isn't of the form of a journal ends the rehearsal. */
export function journalFact(item: Readonly<Record<string, AttributeValue>>, region: string): JournalFact {
  const plain = unmarshall(item);
  const { detail, at: _at, ...rest } = entry.parse(plain);
  const fact = { region, ...rest, text: JSON.stringify(plain) };
  if (rest.kind !== 'execution-closed') return fact;
  const { outcome, epoch, platform, applications } = record.parse(detail);
  const closing = { outcome, recoveries: [{ ...platform, name: 'platform' }, ...applications] };
  return { ...fact, closing: epoch === undefined ? closing : { ...closing, epoch } };
}

const waveEntry = z.object({
  kind: z.enum(['wave-scaling-started', 'wave-ready', 'wave-short']),
  detail: z.object({ wave: z.number(), applications: z.array(z.string()) }),
});

/** What an item of the journal table says of a wave, and how many applications that is about; undefined for others. */
export function waveFact(
  item: unknown,
):
  | { readonly kind: z.infer<typeof waveEntry>['kind']; readonly wave: number; readonly applications: number }
  | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const read = waveEntry.safeParse(unmarshall({ ...item }));
  if (!read.success) return undefined;
  const { kind, detail } = read.data;
  return { kind, wave: detail.wave, applications: detail.applications.length };
}

/** The same item for a reader. */
export function journalLine(item: Readonly<Record<string, AttributeValue>>, region: string): JournalLine {
  const { executionArn: _executionArn, ...line } = entry.parse(unmarshall(item));
  return { region, ...line };
}
