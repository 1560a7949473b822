import { executionNameOf } from '../../lib/authority/approval-request.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { RecordApprovalDependencies } from './record-approval.ts';
import type { Reply } from './reply.ts';

type Dependencies = RecordApprovalDependencies & Invocation;

/** Ends a failover before its point of no return; afterwards it says what to do instead. */
export async function abortFailover(execution: string, by: string, dependencies: Dependencies): Promise<Reply> {
  const { lock, journal, signal } = dependencies;
  const holder = await lock.holder(signal);
  if (holder === undefined || executionNameOf(holder.executionArn) !== execution) {
    return { statusCode: 404, outcome: 'unknown', message: `${execution} does not run: there is nothing to abort` };
  }
  const { executionArn, incidentId } = holder;
  const result = await lock.requestAbort(executionArn, by, signal);
  if (result === 'not-holder') {
    return { statusCode: 404, outcome: 'unknown', message: `${execution} has just ended: there is nothing to abort` };
  }
  const detail = { by, accepted: result === 'requested' };
  await journal.append({ incidentId, kind: 'abort-requested', executionArn, subject: by, detail }, signal);
  if (result === 'committed') {
    const message =
      'too late: the epoch is claimed, and a half-moved estate is worse than either. Let the failover finish, then reconcile and go home by plan (docs/runbook.md)';
    return { statusCode: 409, outcome: 'too-late-to-abort', message };
  }
  await endWaiting(execution, dependencies);
  return {
    statusCode: 200,
    outcome: 'abort-requested',
    message: `${execution} ends before it claims the epoch; nodes that were added go when no incident is open`,
  };
}

/** A failover that waits for approval hears of it at once; any other does when it wants to claim. */
async function endWaiting(execution: string, { approvals, outcome, signal }: Dependencies): Promise<void> {
  const request = await approvals.change(
    execution,
    (before) =>
      before === undefined || before.decided !== undefined ? undefined : { ...before, decided: 'aborted' as const },
    signal,
  );
  if (request !== undefined) await outcome.deliver(request, signal);
}
