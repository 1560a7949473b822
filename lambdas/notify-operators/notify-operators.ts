import type { PageMarker } from '../../lib/detection/page-marker.ts';
import type { Journal, JournalEntry } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { DependencyUnavailableError } from '../shared/errors.ts';
import type { Operators } from '../shared/operators-topic.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { noticeOf } from './notice-of.ts';

export interface NotifyOperatorsDependencies {
  readonly plan: Plan;
  readonly runtime: Pick<Runtime, 'region'>;
  readonly approvalUrl: string;
  readonly journal: Pick<Journal, 'read'>;
  readonly pages: Pick<PageMarker, 'once'>;
  readonly operators: Operators;
}

type Dependencies = NotifyOperatorsDependencies & Invocation;

export async function notifyOperators(
  { Records }: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<OutputOf<typeof contract>> {
  const journals = new Map<string, JournalEntry[]>();
  let told = 0;
  // One after the other: people read them in the order in which they happened.
  for (const { dynamodb } of Records) {
    const incidentId = dynamodb.NewImage.incidentId.S;
    const entries = journals.get(incidentId) ?? (await dependencies.journal.read(incidentId, dependencies.signal));
    journals.set(incidentId, entries);
    if (await tell(incidentId, Number(dynamodb.NewImage.sequence.N), entries, dependencies)) told++;
  }
  return { told };
}

async function tell(
  incidentId: string,
  sequence: number,
  entries: readonly JournalEntry[],
  { plan, runtime, approvalUrl, pages, operators, signal }: Dependencies,
): Promise<boolean> {
  // What came later is left out, so that the text is the same whenever it is written.
  const history = entries.filter((one) => one.sequence <= sequence);
  const entry = history.at(-1);
  if (entry?.sequence !== sequence) {
    throw new DependencyUnavailableError(`the journal of ${incidentId} has no entry ${sequence} yet`);
  }
  const notice = noticeOf(entry, { plan, region: runtime.region, approvalUrl, history });
  if (notice === undefined) return false;
  // Always the same sender: a shard's batches come one at a time, and one that failed is this one's to send again.
  const page = { incidentId, kind: `journal-${sequence}`, sender: contract.name };
  return pages.once(page, () => operators.tell(notice, signal), signal);
}
