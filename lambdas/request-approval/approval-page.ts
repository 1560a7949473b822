import type { ApprovalRequest } from '../../lib/authority/approval-request.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Notice, utc } from '../shared/notice.ts';
import { noticeLinks } from '../shared/notice-links.ts';

const openings: Readonly<Record<number, string>> = { 1: '', 2: 'REMINDER: ', 3: 'ESCALATED: ' };

export interface ApprovalPageFacts {
  readonly plan: Plan;
  /** The region that would take over. */
  readonly region: string;
  /** Function URL of record-approval. */
  readonly url: string;
  /** ISO 8601 UTC: when this round asks. */
  readonly at: string;
  /** ISO 8601 UTC: the incident's first signal; absent where a person started the failover without one. */
  readonly openedAt: string | undefined;
  readonly request: Omit<ApprovalRequest, 'taskToken'>;
}

/** The question, the facts, and the commands that answer it. */
export function approvalPage({ plan, region, url, at, openedAt, request }: ApprovalPageFacts): Notice {
  const { executionName, executionArn, incidentId, observedEpoch, approversNeeded, answers, facts, askedAt } = request;
  const expiresAt = new Date(request.expiresAtMs).toISOString();
  const opening = openings[request.round] ?? '';
  const agreed = answers.filter(({ decision }) => decision === 'approve').map(({ by }) => by);
  const who = approversNeeded === 1 ? 'One person has' : `${approversNeeded} different people have`;
  const command = (verb: string) => `npx lifeboat ${verb} --url ${url} --execution ${executionName}`;
  return {
    kind: 'approval-requested',
    severity: 'page',
    estate: plan.estate,
    region,
    incidentId,
    at,
    since: openedAt ?? askedAt,
    subject: `${opening}Lifeboat ${plan.estate}: approve the failover to ${region}?`,
    verdict: `${opening}${who} to agree before ${utc(expiresAt)}, or the failover to ${region} is held.`,
    next: 'nodes come up meanwhile; nothing that cannot be taken back happens before the answer.',
    action: 'ask yourself whether the old region is really dead, read the facts, and answer with one of the commands.',
    facts: [
      ...facts,
      `Agreed so far: ${agreed.length === 0 ? 'nobody' : agreed.join(', ')}`,
      '',
      `Approve: ${command('approve')}`,
      `Reject:  ${command('approve')} --reject`,
      `Abort:   ${command('abort')}`,
    ],
    links: noticeLinks(plan, { kind: 'approval-requested', region, incidentId, executionArn }),
    detail: {
      observedEpoch,
      round: request.round,
      execution: executionName,
      url,
      approversNeeded,
      agreed,
      expiresAt,
    },
  };
}
