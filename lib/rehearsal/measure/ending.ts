import { z } from 'zod';
import type { MachineExecution } from '../aws/sfn/machine-execution.ts';

/** What Lambda gives a state machine as the cause of a function's error. */
const functionError = z.object({ errorMessage: z.string() });

/**
 * How an execution ended, for people: `at ClaimAuthority: AccessDeniedException: User … is not authorized …`. Undefined
 * while it runs, after a success, and for an end of which the execution says nothing.
 */
export function endingText(
  execution: Pick<MachineExecution, 'error' | 'cause' | 'history'> | undefined,
): string | undefined {
  const { error, cause = '', history = [] } = execution ?? {};
  const said = [error ?? '', messageOf(cause)].filter((text) => text !== '').join(': ');
  if (said === '') return undefined;
  // A Fail state repeats the error that led to it; the state that had it first is the one to mend.
  const failed = history.findLast((event) => event.stateName !== undefined && event.error === error);
  return error === undefined || failed === undefined ? said : `at ${failed.stateName}: ${said}`;
}

function messageOf(cause: string): string {
  try {
    const parsed = functionError.safeParse(JSON.parse(cause));
    if (parsed.success) return parsed.data.errorMessage;
  } catch {
    // Text for people as it is.
  }
  return cause;
}
