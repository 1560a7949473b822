import type { TaskOutcome } from './execution.ts';

/** What became of an invocation that a Task of `arn:aws:states:::lambda:invoke` waited for. */
export type LambdaAnswer =
  | { readonly payload: unknown; readonly executedVersion?: string; readonly requestId?: string }
  /** The function threw; `trace` holds the lines of its stack. */
  | { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] }
  /** The Lambda API refused the call: `TooManyRequestsException`. */
  | { readonly clientError: string; readonly statusCode: number; readonly message: string; readonly requestId?: string }
  | { readonly timedOutAfterSeconds: number; readonly requestId?: string };

const noRequestId = '00000000-0000-4000-8000-000000000000';

/**
 * Outcome of a Lambda task as Step Functions reports it: the response of Invoke, or the error's type with the
 * function's error object as JSON text, or `Lambda.<name>` for an error of the API.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (time-outs: Sandbox.Timedout)
 */
export function lambdaOutcome(answer: LambdaAnswer): TaskOutcome {
  if ('payload' in answer) {
    const { payload, executedVersion = '$LATEST', requestId } = answer;
    const metadata =
      requestId === undefined
        ? {}
        : { SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: requestId } };
    return { output: { ExecutedVersion: executedVersion, Payload: payload ?? null, ...metadata, StatusCode: 200 } };
  }
  if ('errorType' in answer) {
    const { errorType, errorMessage, trace = [] } = answer;
    return { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace }) };
  }
  if ('clientError' in answer) {
    const { clientError, statusCode, message, requestId = noRequestId } = answer;
    return {
      error: clientError.startsWith('Lambda.') ? clientError : `Lambda.${clientError}`,
      cause: `${message} (Service: Lambda, Status Code: ${statusCode}, Request ID: ${requestId})`,
    };
  }
  const { timedOutAfterSeconds, requestId = noRequestId } = answer;
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timedOutAfterSeconds.toFixed(2)} seconds`;
  return { error: 'Sandbox.Timedout', cause: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }) };
}
