/** The error names that Step Functions itself reports (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). */
export const predefinedErrors: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/** An error of a state: `error` is what Retry and Catch match, `cause` what a person reads. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string | undefined;
  readonly reason: string | undefined;
  constructor(error: string | undefined, reason?: string) {
    super(`${error ?? 'unnamed'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
  }
}

/** What a catcher or a tolerant Map sees of an error: `{Error, Cause}`, the cause empty when there is none. */
export function errorOutput(failure: StateError): { Error: string; Cause: string } {
  return { Error: failure.error ?? '', Cause: failure.reason ?? '' };
}
