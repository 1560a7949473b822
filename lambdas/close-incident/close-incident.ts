import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { IncidentStore } from '../../lib/detection/incident-store.ts';
import type { PageMarker } from '../../lib/detection/page-marker.ts';
import { executionRecord } from '../../lib/evidence/execution-record.ts';
import type { Journal, JournalEntry } from '../../lib/evidence/journal.ts';
import type { ExecutionRecord } from '../../lib/evidence/journal-details.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { IncidentEvents } from '../shared/incident-events.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Operators } from '../shared/operators-topic.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { closingPage } from './closing-page.ts';
import type { contract } from './contract.ts';
import { recordTargets } from './target-metrics.ts';

export interface CloseIncidentDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly journal: Pick<Journal, 'append' | 'read'>;
  readonly lock: Pick<IncidentLock, 'holder' | 'release'>;
  /** Incidents of the region that is suspected. */
  readonly incidents: Pick<IncidentStore, 'close'>;
  readonly pages: Pick<PageMarker, 'once'>;
  readonly operators: Operators;
  readonly metrics: Metrics;
  readonly events: IncidentEvents;
}

type Input = InputOf<typeof contract>;
type Dependencies = CloseIncidentDependencies & Invocation;

/** Record first, because it is the evidence; then what others wait for is set free; the page last, it has a stand-in. */
export async function closeIncident(input: Input, dependencies: Dependencies): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, lock, incidents, pages, operators, events, signal } = dependencies;
  const { executionArn, incidentId, outcome } = input;
  const record = await recordOnce(input, dependencies);
  const holder = await lock.holder(signal);
  // While another execution has the lock, the incident is that one's to close.
  const othersTurn =
    holder !== undefined && holder.executionArn !== executionArn && holder.expiresAtMs >= runtime.nowMs();
  if (!othersTurn) await incidents.close(incidentId, outcome, record.closedAt, signal);
  await lock.release(executionArn, signal);
  if (!othersTurn) {
    const region = peerRegion(plan, runtime.region);
    await events.announce('Incident Closed', { incidentId, region, outcome }, signal);
  }
  const message = closingPage({ plan, region: runtime.region, outcome, record, cause: input.cause });
  await pages.once(
    { incidentId, kind: `closed-${outcome}#${executionArn}`, sender: executionArn },
    () => operators.tell(message, signal),
    signal,
  );
  return { closedAt: record.closedAt, paged: outcome !== 'recovered' };
}

/** The record of this execution; the first one that was written stays. */
async function recordOnce(input: Input, dependencies: Dependencies): Promise<ExecutionRecord> {
  const { plan, runtime, journal, signal } = dependencies;
  const { executionArn, incidentId, startedAt, outcome, error, cause } = input;
  const entries = await journal.read(incidentId, signal);
  const before = writtenRecord(entries, executionArn);
  if (before !== undefined) return before;
  const record = executionRecord(plan, entries, {
    executionArn,
    incidentId,
    startedAt,
    closedAt: new Date(runtime.nowMs()).toISOString(),
    outcome,
    // The state machine starts with epoch 0, which means that it never claimed one.
    epoch: input.epoch === 0 ? undefined : input.epoch,
    error,
    cause,
    unrecoverable: input.unrecoverable ?? [],
  });
  const appended = await journal.append({ incidentId, kind: 'execution-closed', executionArn, detail: record }, signal);
  if (appended.written) {
    recordTargets(record, dependencies.metrics);
    return record;
  }
  return writtenRecord(await journal.read(incidentId, signal), executionArn) ?? record;
}

function writtenRecord(entries: readonly JournalEntry[], executionArn: string): ExecutionRecord | undefined {
  for (const entry of entries) {
    if (entry.kind === 'execution-closed' && entry.executionArn === executionArn) return entry.detail;
  }
  return undefined;
}
