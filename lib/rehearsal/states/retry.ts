import type { RandomStream } from '../kernel/random-stream.ts';

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly fullJitter: boolean;
}

/** States.Runtime always fails the execution: no Retry and no Catch takes it. */
const neverMatched = 'States.Runtime';

const timeouts: ReadonlySet<string> = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/**
 * Does an `ErrorEquals` list take an error? States.ALL takes everything but States.DataLimitExceeded,
 * States.TaskFailed everything but that and time-outs, States.Timeout a missed heartbeat too.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: readonly string[], error: string | undefined): boolean {
  if (error === neverMatched) return false;
  const terminal = error === 'States.DataLimitExceeded';
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !terminal;
    if (name === 'States.TaskFailed') return !terminal && !timeouts.has(error ?? '');
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}

/** Seconds to wait before retry number `attempt` (0 for the first) of a retrier. */
export function retryDelaySeconds(retrier: Retrier, attempt: number, random: RandomStream): number {
  const backoff = retrier.intervalSeconds * retrier.backoffRate ** attempt;
  const capped = Math.min(backoff, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
  // The clock counts milliseconds.
  const delayMs = Math.round(capped * 1000);
  return (retrier.fullJitter ? random.integer(0, delayMs) : delayMs) / 1000;
}
