import { expect, test } from '@jest/globals';
import { errorFields, functionLog } from '../../../lambdas/shared/log.ts';

test('what a log says of an error is its name, its message and its causes', () => {
  const root = Object.assign(new Error('no route'), { name: 'ConnectError', request: { authorization: 'secret' } });
  const error = new TypeError('fetch failed', { cause: root });
  expect(errorFields(error)).toEqual({
    errorName: 'TypeError',
    errorMessage: 'fetch failed',
    causes: ['ConnectError: no route'],
  });
  expect(errorFields('text')).toEqual({ errorName: 'string' });
});

test('causes that go in a circle end', () => {
  const error = new Error('loop');
  error.cause = error;
  expect(errorFields(error).causes).toHaveLength(5);
});

test('a log has its levels', () => {
  const log = functionLog('count-sheep');
  expect([log.warn, log.error].every((write) => typeof write === 'function')).toBe(true);
});
