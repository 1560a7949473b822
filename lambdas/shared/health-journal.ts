import type { HealthIssue } from '../../lib/detection/health-issue.ts';
import { type Journal, noExecution } from '../../lib/evidence/journal.ts';

/** Writes an issue into an incident's journal: once that the issue is open, once that it is over, however often AWS says so. */
export async function journalHealthIssue(
  journal: Pick<Journal, 'append'>,
  incidentId: string,
  issue: HealthIssue,
  signal: AbortSignal,
): Promise<void> {
  const { eventArn, service, eventTypeCode, status, startedAt, endedAt, updatedAt } = issue;
  const detail = {
    eventArn,
    service,
    eventTypeCode,
    status,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    updatedAt,
  };
  const subject = `${eventArn}/${status}`;
  await journal.append({ incidentId, kind: 'aws-health-noted', executionArn: noExecution, subject, detail }, signal);
}
