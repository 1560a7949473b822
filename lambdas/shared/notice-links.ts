import { journalTableName } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Notice, type NoticeKind, noticeTraits } from './notice.ts';

export interface LinkedSubject {
  readonly kind: NoticeKind;
  readonly region: string;
  readonly incidentId: string;
  readonly executionArn?: string;
}

/**
 * The addresses that lead from a message to what there is to read. The console's are those that its own pages have; no
 * AWS text promises them (unverified). Without `notification.runbookUrl` the runbook is the project's own file.
 */
export function noticeLinks(plan: Plan, about: LinkedSubject): Notice['links'] {
  const { runbookUrl, reportUrl } = plan.notification;
  const { kind, region, incidentId, executionArn } = about;
  const table = new URLSearchParams({ operation: 'QUERY', pk: incidentId, table: journalTableName(plan) });
  return {
    ...(executionArn !== undefined && { execution: executionLink(executionArn) }),
    journal: `https://${region}.console.aws.amazon.com/dynamodbv2/home?region=${region}#item-explorer?${table}`,
    runbook: `${runbookUrl ?? 'docs/runbook.md'}#${noticeTraits[kind].runbookAnchor}`,
    ...(reportUrl !== undefined && { reports: reportUrl }),
  };
}

function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
