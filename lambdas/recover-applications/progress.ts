import type { Journal } from '../../lib/evidence/journal.ts';

/** How far an execution has come: what its journal says, which an invocation after this one starts from. */
export interface RecoveryProgress {
  /** By application: epoch milliseconds of its start. */
  readonly startedAtMs: Map<string, number>;
  readonly ready: Set<string>;
  /** Applications whose data stores take writes here. */
  readonly promoted: Set<string>;
  /** Number of the last entry that it is read from. */
  lastSequence: number;
}

export function noProgress(): RecoveryProgress {
  return { startedAtMs: new Map(), ready: new Set(), promoted: new Set(), lastSequence: 0 };
}

/** Adds what has been written since it was read last: a journal only grows. */
export async function catchUp(
  progress: RecoveryProgress,
  journal: Pick<Journal, 'read'>,
  { incidentId, executionArn }: { readonly incidentId: string; readonly executionArn: string },
  signal?: AbortSignal,
): Promise<void> {
  for (const entry of await journal.read(incidentId, signal, progress.lastSequence)) {
    progress.lastSequence = entry.sequence;
    if (entry.executionArn !== executionArn) continue;
    if (entry.kind === 'application-ready') progress.ready.add(entry.detail.application);
    if (entry.kind === 'data-promoted') progress.promoted.add(entry.detail.application);
    if (entry.kind !== 'wave-scaling-started') continue;
    for (const name of entry.detail.applications) {
      // What this invocation started itself it knows from the moment of the start.
      if (!progress.startedAtMs.has(name)) progress.startedAtMs.set(name, Date.parse(entry.at));
    }
  }
}
