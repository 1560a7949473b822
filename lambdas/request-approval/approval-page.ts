import type { ApprovalRequest } from '../../lib/authority/approval-request.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Page } from '../shared/operators-topic.ts';
import { pageLinks } from '../shared/page-links.ts';

const openings: Readonly<Record<number, string>> = { 1: '', 2: 'REMINDER: ', 3: 'ESCALATED: ' };

export interface ApprovalPageFacts {
  readonly plan: Plan;
  /** The region that would take over. */
  readonly region: string;
  /** Function URL of record-approval. */
  readonly url: string;
  readonly request: Omit<ApprovalRequest, 'taskToken'>;
}

/** The question, the facts, and the commands that answer it. */
export function approvalPage({ plan, region, url, request }: ApprovalPageFacts): Page {
  const { executionName, executionArn, incidentId, observedEpoch, approversNeeded, answers, facts } = request;
  const expiresAt = new Date(request.expiresAtMs).toISOString();
  const opening = openings[request.round] ?? '';
  const agreed = answers.filter(({ decision }) => decision === 'approve').map(({ by }) => by);
  const who = approversNeeded === 1 ? 'One person has' : `${approversNeeded} different people have`;
  const command = (verb: string) => `npx lifeboat ${verb} --url ${url} --execution ${executionName}`;
  return {
    severity: 'page',
    subject: `${opening}Lifeboat ${plan.estate}: approve the failover to ${region}?`,
    verdict: `${opening}${who} to agree before ${expiresAt}, or the failover to ${region} is held.`,
    facts: [
      ...facts,
      `Agreed so far: ${agreed.length === 0 ? 'nobody' : agreed.join(', ')}`,
      '',
      `Approve: ${command('approve')}`,
      `Reject:  ${command('approve')} --reject`,
      `Abort:   ${command('abort')}`,
      '',
      `Incident: ${incidentId}`,
      ...pageLinks(plan, { executionArn, runbookAnchor: 'approve-the-failover-to-region' }),
    ],
    document: {
      kind: 'approval-requested',
      estate: plan.estate,
      region,
      incidentId,
      observedEpoch,
      round: request.round,
      execution: executionName,
      url,
      approversNeeded,
      agreed,
      expiresAt,
      facts,
    },
  };
}
