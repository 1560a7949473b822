import type { HealthIssue } from '../../lib/detection/health-issue.ts';

/** An issue in one sentence, for people who have to decide. */
export function healthFact(
  issue: Pick<HealthIssue, 'service' | 'eventTypeCode' | 'status' | 'startedAt' | 'endedAt'>,
): string {
  const { service, eventTypeCode, status, startedAt, endedAt } = issue;
  const span = status === 'open' ? `open since ${startedAt}` : `closed${endedAt === undefined ? '' : ` at ${endedAt}`}`;
  return `AWS Health (counts for nothing): ${service}, ${eventTypeCode}, ${span}`;
}
