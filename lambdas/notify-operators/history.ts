import type { JournalEntry, JournalItem } from '../../lib/evidence/journal.ts';
import type { JournalKind } from '../../lib/evidence/journal-details.ts';

/** The journal of an incident from its first entry to the one that is told. */
export type History = readonly JournalEntry[];

export function ofKind<Kind extends JournalKind>(history: History, kind: Kind): JournalItem<Kind>[] {
  return history.filter((entry): entry is JournalEntry & JournalItem<Kind> => entry.kind === kind);
}

/** The last entry of a kind that an execution wrote. */
export function ownLast<Kind extends JournalKind>(
  history: History,
  kind: Kind,
  executionArn: string,
): JournalItem<Kind> | undefined {
  return ofKind(history, kind).findLast((entry) => entry.executionArn === executionArn);
}

/** ISO 8601 UTC: the incident's first signal, or its first entry where a person started without one. */
export function beginningOf(history: History): string {
  return ofKind(history, 'incident-opened')[0]?.detail.openedAt ?? history[0]?.at ?? '';
}
