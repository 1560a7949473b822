import { type ApprovalRequest, executionNameOf } from '../../lib/authority/approval-request.ts';
import type { ApprovalStore } from '../../lib/authority/approval-store.ts';
import type { AuthorityReader } from '../../lib/authority/authority.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { PageMarker } from '../../lib/detection/page-marker.ts';
import type { Journal, JournalEntry } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { ApprovalOutcome } from '../shared/approval-outcome.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { IncidentAbortedError } from '../shared/errors.ts';
import type { Operators } from '../shared/operators-topic.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { approvalFacts } from './approval-facts.ts';
import { approvalPage } from './approval-page.ts';
import type { contract } from './contract.ts';

export interface RequestApprovalDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  /** Function URL of record-approval. */
  readonly approvalUrl: string;
  readonly authority: AuthorityReader;
  readonly lock: Pick<IncidentLock, 'holder'>;
  readonly approvals: Pick<ApprovalStore, 'change'>;
  readonly journal: Pick<Journal, 'append' | 'read'>;
  readonly pages: Pick<PageMarker, 'once'>;
  readonly operators: Operators;
  readonly escalation: Operators;
  readonly outcome: ApprovalOutcome;
}

type Input = InputOf<typeof contract>;
type Dependencies = RequestApprovalDependencies & Invocation;

/** From this round on those are asked too who were not asked before. */
const escalationRound = 3;

export async function requestApproval(input: Input, dependencies: Dependencies): Promise<OutputOf<typeof contract>> {
  const { lock, outcome, signal } = dependencies;
  const holder = await lock.holder(signal);
  if (holder?.executionArn === input.executionArn && holder.abortRequestedBy !== undefined) {
    throw new IncidentAbortedError(`${holder.abortRequestedBy} asked for the end of this failover`);
  }
  const { request, openedAt } = await openRound(input, dependencies);
  if (request.decided !== undefined) {
    // Decided while one round ended and the next one began: nobody else has this round's token.
    await outcome.deliver(request, signal);
    return { open: false };
  }
  await page(request, openedAt, dependencies);
  return { open: true };
}

interface OpenRound {
  readonly request: ApprovalRequest;
  /** ISO 8601 UTC: the incident's first signal. */
  readonly openedAt: string | undefined;
}

/** The question with this round's token; what was answered before stays. */
async function openRound(input: Input, dependencies: Dependencies): Promise<OpenRound> {
  const { plan, runtime, authority, approvals, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch, approval, round, taskToken, nodeScalingError } = input;
  const [record, entries] = await Promise.all([authority.read(signal), journal.read(incidentId, signal)]);
  const { reasons, approversNeeded, expireAfterSeconds } = approval;
  const facts = approvalFacts({ plan, record, entries, executionArn, reasons, nodeScalingError });
  const executionName = executionNameOf(executionArn);
  const first: ApprovalRequest = {
    executionName,
    executionArn,
    incidentId,
    observedEpoch,
    approversNeeded,
    facts,
    round,
    askedAt: new Date(runtime.nowMs()).toISOString(),
    expiresAtMs: Math.floor(runtime.nowMs()) + expireAfterSeconds * 1000,
    taskToken,
    answers: [],
    version: 0,
  };
  const again = (before: ApprovalRequest): ApprovalRequest => ({ ...before, facts, round, taskToken });
  const request = await approvals.change(
    executionName,
    (before) => (before === undefined ? first : again(before)),
    signal,
  );
  const detail = { round, facts, approversNeeded };
  await journal.append({ incidentId, kind: 'approval-requested', executionArn, subject: `${round}`, detail }, signal);
  return { request: request ?? first, openedAt: openedAtOf(entries) };
}

function openedAtOf(entries: readonly JournalEntry[]): string | undefined {
  for (const entry of entries) if (entry.kind === 'incident-opened') return entry.detail.openedAt;
  return undefined;
}

async function page(request: ApprovalRequest, openedAt: string | undefined, dependencies: Dependencies): Promise<void> {
  const { plan, runtime, approvalUrl, pages, operators, escalation, signal } = dependencies;
  const { incidentId, executionArn, round } = request;
  const at = new Date(runtime.nowMs()).toISOString();
  const message = approvalPage({ plan, region: runtime.region, url: approvalUrl, at, openedAt, request });
  const kind = `approval-${round}#${executionArn}`;
  await pages.once({ incidentId, kind, sender: executionArn }, () => operators.tell(message, signal), signal);
  if (round < escalationRound) return;
  const escalated = { incidentId, kind: `${kind}#escalation`, sender: executionArn };
  await pages.once(escalated, () => escalation.tell(message, signal), signal);
}
