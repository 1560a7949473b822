import type { ApprovalOutcome } from '../../../lambdas/shared/approval-outcome.ts';
import type { ApprovalRequest } from '../../../lib/authority/approval-request.ts';

/** Stands where a state machine waits for a token; hears what was decided of the token it waits for. */
export class WaitingMachine implements ApprovalOutcome {
  /** Undefined: it waits for nothing (any more). */
  token: string | undefined = 'token-1';
  readonly heard: ApprovalRequest[] = [];

  async deliver(request: ApprovalRequest): Promise<boolean> {
    if (request.decided === undefined) return true;
    if (request.taskToken !== this.token) return false;
    this.token = undefined;
    this.heard.push(request);
    return true;
  }
}
