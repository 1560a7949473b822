import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { noticeTraits } from '../../../lambdas/shared/notice.ts';
import { noticeLinks } from '../../../lambdas/shared/notice-links.ts';
import { samplePlan, standby } from './sample-plan.ts';

const about = { kind: 'held', region: standby, incidentId: 'shop-1' } as const;
const journal =
  'https://eu-west-1.console.aws.amazon.com/dynamodbv2/home?region=eu-west-1#item-explorer?operation=QUERY&pk=shop-1&table=shop-journal';

test('lead to the execution in its region, the journal of the incident and the entry of the runbook', () => {
  const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:shop-failover:e';
  expect(noticeLinks(samplePlan(), { ...about, executionArn })).toEqual({
    execution: `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${executionArn}`,
    journal,
    runbook: 'docs/runbook.md#failover-to-region-held',
  });
});

test('lead to where the plan says that runbook and reports are', () => {
  const urls = { runbookUrl: 'https://wiki.example/runbook', reportUrl: 'https://wiki.example/reports' };
  const plan = samplePlan({ notification: { emails: [], escalationEmails: [], ...urls } });
  expect(noticeLinks(plan, about)).toEqual({
    journal,
    runbook: 'https://wiki.example/runbook#failover-to-region-held',
    reports: 'https://wiki.example/reports',
  });
});

/** As GitHub makes them: lower case, without punctuation, dashes for spaces. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s-]/gu, '')
    .replaceAll(' ', '-');
}

test('every kind of message has its entry in the runbook', () => {
  const headings = readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.*)$/gm);
  const anchors = new Set([...headings].map(([, heading = '']) => anchorOf(heading)));
  const missing = Object.values(noticeTraits).filter(({ runbookAnchor }) => !anchors.has(runbookAnchor));
  expect(missing).toEqual([]);
});

test('docs/notifications.md lists every kind with its severity and its entry, and no other', () => {
  const rows = readFileSync('docs/notifications.md', 'utf8').matchAll(
    /^\| `([a-z-]+)` +\| (\w+) .*runbook\.md#([a-z-]+)\)/gm,
  );
  const listed = [...rows].map(([, kind, severity, runbookAnchor]) => [kind, { severity, runbookAnchor }]);
  expect(Object.fromEntries(listed)).toEqual(noticeTraits);
});
