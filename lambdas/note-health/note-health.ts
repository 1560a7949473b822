import { concerns, type HealthIssue, type HealthIssues } from '../../lib/detection/health-issue.ts';
import type { IncidentStore } from '../../lib/detection/incident-store.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { journalHealthIssue } from '../shared/health-journal.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface NoteHealthDependencies {
  readonly issues: Pick<HealthIssues, 'keep'>;
  /** Incidents of a region. */
  incidents(region: string): Pick<IncidentStore, 'current'>;
  readonly journal: Pick<Journal, 'append'>;
}

export async function noteHealth(
  event: InputOf<typeof contract>,
  dependencies: NoteHealthDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { issues, incidents, journal, signal } = dependencies;
  const { eventRegion } = event.detail;
  const issue = issueOf(event);
  // The issue first: an incident that opens in this instant finds it there, or is found.
  const isNew = await issues.keep(eventRegion, issue, signal);
  const incident = await incidents(eventRegion).current(signal);
  // A known one too: whoever kept it may have died before this.
  if (incident !== undefined && concerns(issue, incident)) {
    await journalHealthIssue(journal, incident.incidentId, issue, signal);
  }
  return { outcome: isNew ? 'noted' : 'known' };
}

function issueOf({ time, detail }: InputOf<typeof contract>): HealthIssue {
  const { eventArn, service, eventTypeCode, statusCode, startTime, endTime, lastUpdatedTime } = detail;
  return {
    eventArn,
    service,
    eventTypeCode,
    status: statusCode,
    startedAt: isoOf(startTime),
    ...(endTime !== undefined && { endedAt: isoOf(endTime) }),
    updatedAt: isoOf(lastUpdatedTime ?? time),
  };
}

function isoOf(date: string): string {
  return new Date(date).toISOString();
}
