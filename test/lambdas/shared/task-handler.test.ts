import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineContract, warmUpEvent } from '../../../lambdas/shared/contract.ts';
import { ContractViolationError, DependencyUnavailableError, StaleEpochError } from '../../../lambdas/shared/errors.ts';
import {
  type LambdaContext,
  type Logic,
  type MakeDependencies,
  taskHandler,
} from '../../../lambdas/shared/task-handler.ts';
import { FakeLog } from './fake-log.ts';
import { FakeRuntime } from './fake-runtime.ts';

const contract = defineContract({
  name: 'count-sheep',
  input: z.object({ sheep: z.int() }),
  output: z.object({ counted: z.int() }),
  environment: z.object({ MEADOW: z.string() }),
});

function context(remainingMs = 30_000): LambdaContext {
  return { awsRequestId: 'request', functionName: 'count-sheep', getRemainingTimeInMillis: () => remainingMs };
}

const runtime = () => new FakeRuntime({ variables: { MEADOW: 'north', OTHER: 'ignored' } });
const count = async ({ sheep }: { sheep: number }) => ({ counted: sheep });

function handlerOf<Dependencies extends object>(
  logic: Logic<typeof contract, Dependencies>,
  make: MakeDependencies<typeof contract, Dependencies>,
  process = runtime(),
  log = new FakeLog(),
) {
  return taskHandler(contract, logic, make, process, log);
}

describe('a task handler', () => {
  test('hands checked input and environment to the logic and its output back', async () => {
    const handler = handlerOf(count, () => ({}), runtime());
    expect(await handler({ sheep: 3, wolves: 1 }, context())).toEqual({ counted: 3 });
  });

  test('makes the dependencies once for all invocations', async () => {
    const made: string[] = [];
    const make = ({ MEADOW }: { MEADOW: string }) => ({ meadow: made.push(MEADOW) });
    const handler = handlerOf(count, make, runtime());
    await handler({ sheep: 1 }, context());
    await handler({ sheep: 2 }, context());
    expect(made).toEqual(['north']);
  });

  test('makes them also when it is only warmed up, and runs nothing then', async () => {
    const done: string[] = [];
    const logic = async ({ sheep }: { sheep: number }) => {
      done.push('logic');
      return { counted: sheep };
    };
    const handler = handlerOf(logic, () => ({ made: done.push('dependencies') }));
    expect(await handler(warmUpEvent, context())).toBeUndefined();
    expect(done).toEqual(['dependencies']);
    expect(await handler({ sheep: 1 }, context())).toEqual({ counted: 1 });
    expect(done).toEqual(['dependencies', 'logic']);
    // What isn't quite a warm-up is an input like any other.
    await expect(handler({ warmUp: 'yes' }, context())).rejects.toBeInstanceOf(ContractViolationError);
  });

  test.each([
    ['input', { sheep: 'many' }, runtime(), count, 'sheep'],
    ['input', undefined, runtime(), count, 'sheep'],
    ['environment', { sheep: 1 }, new FakeRuntime(), count, 'MEADOW'],
    ['output', { sheep: 1 }, runtime(), async () => ({ counted: 1.5 }), 'counted'],
  ] as const)('refuses %s that breaks the contract, with the place', async (part, event, process, logic, place) => {
    const failure = handlerOf(logic, () => ({}), process)(event, context());
    await expect(failure).rejects.toBeInstanceOf(ContractViolationError);
    await expect(failure).rejects.toThrow(new RegExp(`^${part} of count-sheep .*${place}: `));
  });

  test('does not put values into what it says of a broken input', async () => {
    const log = new FakeLog();
    const handler = handlerOf(count, () => ({}), runtime(), log);
    await expect(handler({ sheep: 'password-123' }, context())).rejects.not.toThrow(/password/);
    expect(log.lines).toMatchObject([{ level: 'error', errorName: 'ContractViolationError' }]);
    expect(JSON.stringify(log.lines)).not.toContain('password');
  });

  test('tries to make the dependencies again when that failed', async () => {
    const process = new FakeRuntime();
    const handler = handlerOf(count, () => ({}), process);
    await expect(handler({ sheep: 1 }, context())).rejects.toThrow('MEADOW');
    process.variables.MEADOW = 'south';
    expect(await handler({ sheep: 1 }, context())).toEqual({ counted: 1 });
  });
});

describe('errors', () => {
  const failing = (error: unknown, log = new FakeLog()) =>
    handlerOf(
      async () => {
        throw error;
      },
      () => ({}),
      runtime(),
      log,
    )({ sheep: 1 }, context());

  test('of the domain pass unchanged and are logged with their causes', async () => {
    const error = new StaleEpochError('moved', { cause: new Error('because') });
    const log = new FakeLog();
    await expect(failing(error, log)).rejects.toBe(error);
    expect(log.lines).toMatchObject([{ errorName: 'StaleEpochError', causes: ['Error: because'] }]);
  });

  test('that may pass by themselves become DependencyUnavailableError with the cause', async () => {
    const error = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const failure = failing(error);
    await expect(failure).rejects.toBeInstanceOf(DependencyUnavailableError);
    await expect(failure).rejects.toMatchObject({ name: 'DependencyUnavailableError', cause: error });
  });

  test('that won’t pass stay what they are', async () => {
    const error = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    await expect(failing(error)).rejects.toBe(error);
  });

  test('that are no errors at all become one', async () => {
    await expect(failing('just a string')).rejects.toThrow('count-sheep failed with a string');
  });
});

test('the signal fires half a second before the time is over, and the invocation ends with an error', async () => {
  let aborted = false;
  const waits = (_: { sheep: number }, { signal }: { signal: AbortSignal }) =>
    new Promise<{ counted: number }>(() => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
    });
  const began = performance.now();
  const failure = handlerOf(waits, () => ({}), runtime())({ sheep: 1 }, context(550));
  await expect(failure).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
  expect(aborted).toBe(true);
  expect(performance.now() - began).toBeLessThan(500);
});
