import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { ApprovalRequest } from '../../lib/authority/approval-request.ts';

export interface ApprovalOutcome {
  /**
   * Tells the waiting state machine what was decided; does nothing for an open request. False: nobody waits for this
   * round's token any more.
   */
  deliver(request: ApprovalRequest, signal?: AbortSignal): Promise<boolean>;
}

export function approvalOutcome(client: SFNClient): ApprovalOutcome {
  return {
    deliver: async (request, abortSignal) => {
      const command = commandOf(request);
      if (command === undefined) return true;
      try {
        if (command instanceof SendTaskSuccessCommand) await client.send(command, { abortSignal });
        else await client.send(command, { abortSignal });
        return true;
      } catch (error) {
        // TaskTimedOut also when the task has ended otherwise (API reference of SendTaskSuccess).
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return false;
        throw error;
      }
    },
  };
}

function commandOf(request: ApprovalRequest): SendTaskSuccessCommand | SendTaskFailureCommand | undefined {
  const { taskToken, decided, answers } = request;
  const by = (decision: string) => answers.filter((one) => one.decision === decision).map((one) => one.by);
  switch (decided) {
    case 'approved': {
      const output = JSON.stringify({ decided, approvedBy: by('approve') });
      return new SendTaskSuccessCommand({ taskToken, output });
    }
    case 'rejected': {
      const cause = `${by('reject').join(', ')} rejected the failover`;
      return new SendTaskFailureCommand({ taskToken, error: 'ApprovalRejected', cause });
    }
    case 'aborted': {
      const cause = 'somebody asked for the end of this failover';
      return new SendTaskFailureCommand({ taskToken, error: 'IncidentAbortedError', cause });
    }
    default:
      return undefined;
  }
}
