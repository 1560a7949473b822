import { runInNewContext } from 'node:vm';
import { ReplicatedWriteConflictException } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { isTransientFailure } from '../../../lambdas/shared/transient-failure.ts';

function error(members: object, cause?: unknown): Error {
  return Object.assign(new Error('failed', { cause }), members);
}

test.each([
  ['throttling', error({ name: 'ThrottlingException' })],
  ['a time-out of the SDK', error({ name: 'TimeoutError' })],
  ['a 5xx of AWS', error({ name: 'Whatever', $metadata: { httpStatusCode: 503 } })],
  ['a 429', error({ $metadata: { httpStatusCode: 429 } })],
  ['what the model calls retryable', error({ $retryable: {} })],
  ['a conflict of replicated writes', new ReplicatedWriteConflictException({ message: 'conflict', $metadata: {} })],
  ['a broken connection', error({ code: 'ECONNRESET' })],
  ['a 5xx of the Kubernetes API', error({ code: 500 })],
  ['what fetch hides', error({ name: 'TypeError' }, error({ code: 'UND_ERR_CONNECT_TIMEOUT' }))],
])('%s may pass by itself', (_, failure) => {
  expect(isTransientFailure(failure)).toBe(true);
});

test.each([
  ['a refusal', error({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })],
  ['a failed condition', error({ name: 'ConditionalCheckFailedException' })],
  ['a 404 of the Kubernetes API', error({ code: 404 })],
  ['a bug', new TypeError('undefined is not a function')],
  ['no metadata', error({ $metadata: undefined })],
  ['metadata without a status', error({ $metadata: { requestId: 'x' } })],
  ['a status that is no number', error({ $metadata: { httpStatusCode: '503' } })],
  ['no error', 'ECONNRESET'],
])('%s will not', (_, failure) => {
  expect(isTransientFailure(failure)).toBe(false);
});

test('a cause that is its own cause ends the search', () => {
  const loop = error({});
  loop.cause = loop;
  expect(isTransientFailure(loop)).toBe(false);
});

test('an error of another realm is judged like one of ours', () => {
  const foreign: unknown = runInNewContext("Object.assign(new Error('no answer'), { code: 'ETIMEOUT' })");
  expect(foreign instanceof Error).toBe(false);
  expect(isTransientFailure(foreign)).toBe(true);
});
