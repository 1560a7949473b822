import type { ApprovalStore } from '../../lib/authority/approval-store.ts';
import type { AuthorityReader } from '../../lib/authority/authority.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { ApprovalOutcome } from '../shared/approval-outcome.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { abortFailover } from './abort-failover.ts';
import { answerRequest } from './answer-request.ts';
import { type contract, order } from './contract.ts';
import type { Reply } from './reply.ts';

export interface RecordApprovalDependencies {
  readonly runtime: Runtime;
  readonly authority: AuthorityReader;
  readonly lock: Pick<IncidentLock, 'holder' | 'requestAbort'>;
  readonly approvals: Pick<ApprovalStore, 'read' | 'change'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly outcome: ApprovalOutcome;
}

type Input = InputOf<typeof contract>;

export async function recordApproval(
  input: Input,
  dependencies: RecordApprovalDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { statusCode, ...reply } = await replyTo(input, dependencies);
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(reply),
  };
}

async function replyTo(input: Input, dependencies: RecordApprovalDependencies & Invocation): Promise<Reply> {
  const { userArn } = input.requestContext.authorizer.iam;
  const asked = input.requestContext.http.method === 'POST' && input.rawPath === '/' ? orderOf(input) : undefined;
  if (asked === undefined) {
    const message =
      'POST / with {"action": "approve" | "reject" | "abort", "execution": "<name>"} is all that is understood';
    return { statusCode: 400, outcome: 'not-understood', message };
  }
  const { action, execution } = asked;
  if (action === 'abort') return abortFailover(execution, userArn, dependencies);
  return answerRequest(execution, action, userArn, dependencies);
}

function orderOf({ body = '', isBase64Encoded }: Input) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return order.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
