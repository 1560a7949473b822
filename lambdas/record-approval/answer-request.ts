import {
  type AnswerResult,
  type ApprovalDecision,
  type ApprovalRequest,
  answered,
} from '../../lib/authority/approval-request.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { RecordApprovalDependencies } from './record-approval.ts';
import type { Reply } from './reply.ts';

type Dependencies = RecordApprovalDependencies & Invocation;

/** Counts one answer of one identity and, when it decides, tells the state machine. */
export async function answerRequest(
  execution: string,
  decision: ApprovalDecision,
  by: string,
  dependencies: Dependencies,
): Promise<Reply> {
  const { approvals, authority, signal } = dependencies;
  const asked = await approvals.read(execution, signal);
  if (asked === undefined) {
    return { statusCode: 404, outcome: 'unknown', message: `nobody asks for approval of ${execution}` };
  }
  const record = await authority.read(signal);
  if (record?.epoch !== asked.observedEpoch) {
    const message = `${execution} acts on epoch ${asked.observedEpoch}, and the epoch is ${record?.epoch ?? 'unknown'} now: somebody else decided meanwhile`;
    return { statusCode: 409, outcome: 'stale', message };
  }
  const { result, request } = await write(execution, decision, by, dependencies);
  if (request === undefined) return { statusCode: 404, outcome: 'unknown', message: `${execution} was forgotten` };
  if (result.outcome === 'late') return late(request);
  if (result.outcome !== 'closed') await note(request, decision, by, dependencies);
  const heard = await deliver(request, dependencies);
  if (result.outcome === 'closed') return closed(request);
  return heard ? counted(result, request) : late(request);
}

async function write(execution: string, decision: ApprovalDecision, by: string, dependencies: Dependencies) {
  const { approvals, runtime, signal } = dependencies;
  let result: AnswerResult = { outcome: 'closed' };
  const request = await approvals.change(
    execution,
    (before) => {
      if (before === undefined) return undefined;
      result = answered(before, { by, at: new Date(runtime.nowMs()).toISOString(), decision });
      return result.outcome === 'counted' ? result.request : undefined;
    },
    signal,
  );
  return { result: result as AnswerResult, request };
}

/** Written again by a repeated answer, if the first one's invocation died between its write and this. */
async function note(
  request: ApprovalRequest,
  decision: ApprovalDecision,
  by: string,
  { journal, signal }: Dependencies,
): Promise<void> {
  const { incidentId, executionArn, facts, answers } = request;
  const answeredAt = answers.find((one) => one.by === by)?.at ?? '';
  const detail = { decision, by, answeredAt, facts };
  const subject = `${decision}#${by}`;
  await journal.append({ incidentId, kind: 'approval-answered', executionArn, subject, detail }, signal);
}

/** The state machine may have gone on to its next round, which has another token. */
async function deliver(request: ApprovalRequest, { approvals, outcome, signal }: Dependencies): Promise<boolean> {
  if (await outcome.deliver(request, signal)) return true;
  const now = await approvals.read(request.executionName, signal);
  if (now === undefined || now.taskToken === request.taskToken) return false;
  return outcome.deliver(now, signal);
}

function counted(result: AnswerResult, request: ApprovalRequest): Reply {
  const approvals = request.answers.filter(({ decision }) => decision === 'approve').length;
  if (request.decided !== undefined) {
    return { statusCode: 200, outcome: 'decided', message: `the failover is ${request.decided}` };
  }
  const progress = `${approvals} of ${request.approversNeeded} different people have agreed`;
  return result.outcome === 'duplicate'
    ? { statusCode: 200, outcome: 'duplicate', message: `you have answered already and count once; ${progress}` }
    : { statusCode: 200, outcome: 'recorded', message: `recorded; ${progress}` };
}

function closed(request: ApprovalRequest): Reply {
  return { statusCode: 409, outcome: 'closed', message: `the failover was ${request.decided} already` };
}

function late(request: ApprovalRequest): Reply {
  const until = new Date(request.expiresAtMs).toISOString();
  const message = `too late: nobody waits for an answer any more (it could be given until ${until}). If the region is still down, start the failover by hand`;
  return { statusCode: 409, outcome: 'late', message };
}
