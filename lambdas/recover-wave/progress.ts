import type { Journal } from '../../lib/evidence/journal.ts';

/** How far an execution has come, over all its waves: what they tell each other through the journal. */
export interface WaveProgress {
  /** By application: epoch milliseconds of its start. */
  readonly startedAtMs: Map<string, number>;
  readonly ready: Set<string>;
  /** Applications whose data stores take writes here. */
  readonly promoted: ReadonlySet<string>;
}

export async function readProgress(
  journal: Pick<Journal, 'read'>,
  { incidentId, executionArn }: { readonly incidentId: string; readonly executionArn: string },
): Promise<WaveProgress> {
  const startedAtMs = new Map<string, number>();
  const ready = new Set<string>();
  const promoted = new Set<string>();
  for (const entry of await journal.read(incidentId)) {
    if (entry.executionArn !== executionArn) continue;
    if (entry.kind === 'application-ready') ready.add(entry.detail.application);
    if (entry.kind === 'data-promoted') promoted.add(entry.detail.application);
    if (entry.kind !== 'wave-scaling-started') continue;
    for (const name of entry.detail.applications) startedAtMs.set(name, Date.parse(entry.at));
  }
  return { startedAtMs, ready, promoted };
}
