import type { Plan } from '../../lib/plan/plan.ts';

/**
 * The lines that lead from a page to what there is to read. The console's address of an execution is the one that its
 * own pages have; no AWS text promises it (unverified).
 */
export function pageLinks(
  { notification }: Pick<Plan, 'notification'>,
  entry: { readonly executionArn?: string; readonly runbookAnchor: string },
): string[] {
  const { runbookUrl, reportUrl } = notification;
  return [
    ...(entry.executionArn === undefined ? [] : [`Execution: ${executionLink(entry.executionArn)}`]),
    `Runbook: ${runbookUrl ?? 'docs/runbook.md'}#${entry.runbookAnchor}`,
    ...(reportUrl === undefined ? [] : [`Reports: ${reportUrl}`]),
  ];
}

function executionLink(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
