import { type ErrorLike, isErrorLike } from './thrown.ts';

/**
 * Failures that the same call may not meet again: throttling, 5xx, time-outs and broken connections, as the AWS SDK,
 * the Kubernetes client, `fetch`, `node:https` and `node:dns` report them.
 * Names: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html and the services' API references.
 */
const transientNames = new Set([
  'AbortError',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** libuv and c-ares codes: https://nodejs.org/api/errors.html#common-system-errors, https://nodejs.org/api/dns.html#error-codes */
const transientCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ESERVFAIL',
  'ETIMEDOUT',
  'ETIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** True when the same call may succeed later. Looks through the causes, because `fetch` hides the reason in one. */
export function isTransientFailure(error: unknown): boolean {
  let candidate = error;
  for (let depth = 0; depth < 5 && isErrorLike(candidate); depth++) {
    if (transientNames.has(candidate.name)) return true;
    if ('$retryable' in candidate && candidate.$retryable !== undefined) return true;
    if ('code' in candidate && typeof candidate.code === 'string' && transientCodes.has(candidate.code)) return true;
    const status = httpStatusOf(candidate);
    if (status !== undefined && (status >= 500 || status === 429)) return true;
    candidate = candidate.cause;
  }
  return false;
}

/** AWS SDK: `$metadata.httpStatusCode`; Kubernetes client: `code` as a number. */
function httpStatusOf(error: ErrorLike): number | undefined {
  if ('code' in error && typeof error.code === 'number') return error.code;
  if (!('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
