import { describe, expect, test } from '@jest/globals';
import { lambdaRuntime } from '../../../lambdas/shared/runtime.ts';

const runtime = lambdaRuntime();

test('reads clock, identifiers and environment of the process', () => {
  expect(Math.abs(runtime.nowMs() - Date.now())).toBeLessThan(1000);
  expect(runtime.uuid()).not.toBe(runtime.uuid());
  expect(runtime.variables).toBe(process.env);
  expect(runtime.region).toBe(process.env.AWS_REGION ?? '');
});

describe('sleep', () => {
  test('lasts as long as asked', async () => {
    const began = performance.now();
    await runtime.sleep(20, new AbortController().signal);
    await runtime.sleep(1);
    expect(performance.now() - began).toBeGreaterThan(18);
  });

  test('ends with the signal’s reason', async () => {
    const controller = new AbortController();
    const sleeping = runtime.sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(runtime.sleep(60_000, controller.signal)).rejects.toThrow('enough');
  });
});

describe('a deadline', () => {
  const abortOf = (signal: AbortSignal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

  test('aborts with a time-out when it is over', async () => {
    const { signal } = runtime.deadline(5);
    expect(await abortOf(signal)).toMatchObject({ name: 'TimeoutError', message: 'no answer within 5 ms' });
  });

  test('aborts with its parent', async () => {
    const parent = new AbortController();
    const deadline = runtime.deadline(60_000, parent.signal);
    parent.abort(new Error('parent'));
    expect(deadline.signal.reason).toMatchObject({ message: 'parent' });
    deadline.release();
    const late = runtime.deadline(60_000, parent.signal);
    expect(late.signal.aborted).toBe(true);
    late.release();
  });

  test('does nothing any more once it is released', async () => {
    const parent = new AbortController();
    const deadline = runtime.deadline(5, parent.signal);
    deadline.release();
    parent.abort();
    await runtime.sleep(15);
    expect(deadline.signal.aborted).toBe(false);
  });
});
