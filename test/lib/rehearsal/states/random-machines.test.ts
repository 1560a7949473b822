import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AslAnswer } from '../../../../lib/rehearsal/states/asl-case.ts';
import { loadCase, runCase } from '../../../../lib/rehearsal/states/case-runner.ts';
import { predefinedErrors } from '../../../../lib/rehearsal/states/state-error.ts';

type RawState = Record<string, unknown>;

const functions = ['f', 'g'];
const functionErrors = ['E', 'F', 'Lambda.TooManyRequestsException'];

const expression = fc.constantFrom(
  '{% $states.input %}',
  '{% $states.input.a %}',
  '{% $states.context.State.Name %}',
  '{% $x %}',
  '{% $exists($x) ? $x : 0 %}',
  '{% $random() %}',
  '{% $uuid() %}',
  '{% $now() %}',
  '{% $range(1, 4, 1) %}',
  '{% [1, 2, 3] %}',
  '{% $states.result %}',
  '{% "a" + 1 %}',
  '{% 2 %}',
  '{% true %}',
);
const value = fc.oneof(expression, fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<unknown>);
const errorName = fc.constantFrom('E', 'F', 'States.Timeout', 'States.TaskFailed', 'States.QueryEvaluationError');
const retry = fc.array(
  fc.record(
    {
      ErrorEquals: fc.array(errorName, { minLength: 1, maxLength: 2 }),
      IntervalSeconds: fc.integer({ min: 1, max: 9 }),
      MaxAttempts: fc.integer({ min: 0, max: 3 }),
      BackoffRate: fc.constantFrom(1, 1.5, 2),
      JitterStrategy: fc.constantFrom('FULL', 'NONE'),
    },
    { requiredKeys: ['ErrorEquals'] },
  ),
  { maxLength: 2 },
);

/** States S0…Sn of one level; each goes to later ones, and only waits go back, so that loops take time. */
function level(prefix: string, depth: number): fc.Arbitrary<{ StartAt: string; States: Record<string, RawState> }> {
  return fc.integer({ min: 1, max: 4 }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    return fc.tuple(...names.map((name, index) => state(name, names.slice(index + 1), names, depth))).map((states) => ({
      StartAt: names[0] ?? '',
      States: Object.fromEntries(names.map((name, index) => [name, states[index] ?? {}])),
    }));
  });
}

function state(name: string, later: string[], all: string[], depth: number): fc.Arbitrary<RawState> {
  if (later.length === 0) return fc.constantFrom<RawState>({ Type: 'Succeed' }, { Type: 'Fail', Error: '{% $x %}' });
  const next = fc.constantFrom(...later);
  const exit = fc.oneof(
    { weight: 1, arbitrary: next.map((Next) => ({ Next })) },
    { weight: 2, arbitrary: fc.constant({ End: true }) },
  );
  const data = fc.record(
    { Output: value, Assign: fc.record({ x: value }, { requiredKeys: [] }) },
    { requiredKeys: [] },
  );
  const leaving = fc.tuple(exit, data).map(([to, fields]) => ({ ...to, ...fields }));
  const caught = fc.array(fc.record({ ErrorEquals: fc.array(errorName, { minLength: 1, maxLength: 2 }), Next: next }), {
    maxLength: 2,
  });
  const risky = fc.tuple(leaving, retry, caught).map(([fields, Retry, Catch]) => ({ ...fields, Retry, Catch }));
  const task = fc
    .tuple(risky, fc.constantFrom(...functions), fc.boolean(), value)
    .map(([fields, f, token, Payload]) => ({
      ...fields,
      Type: 'Task',
      Resource: `arn:aws:states:::lambda:invoke${token ? '.waitForTaskToken' : ''}`,
      Arguments: { FunctionName: f, Payload },
      TimeoutSeconds: 30,
      HeartbeatSeconds: 7,
    }));
  const simple: fc.Arbitrary<RawState>[] = [
    task,
    leaving.map((fields) => ({ ...fields, Type: 'Pass' })),
    fc
      .tuple(leaving, fc.constantFrom<unknown>(0, 5, '{% 2 %}', '{% $x %}'))
      .map(([fields, Seconds]) => ({ ...fields, Type: 'Wait', Seconds })),
    fc
      .tuple(expression, next, next)
      .map(([Condition, Next, Default]) => ({ Type: 'Choice', Choices: [{ Condition, Next }], Default })),
    fc.constantFrom(...all).map((Next) => ({ Type: 'Wait', Seconds: 5, Next })),
    fc.constant({ Type: 'Succeed' }),
    fc.constantFrom('E', '{% $x %}').map((error) => ({ Type: 'Fail', Error: error })),
  ];
  if (depth === 0) return fc.oneof(...simple);
  const below = level(`${name}_`, depth - 1);
  return fc.oneof(
    ...simple,
    fc
      .tuple(risky, fc.array(below, { minLength: 1, maxLength: 2 }))
      .map(([fields, Branches]) => ({ ...fields, Type: 'Parallel', Branches })),
    fc
      .tuple(risky, below, value, fc.integer({ min: 0, max: 3 }))
      .map(([fields, ItemProcessor, Items, MaxConcurrency]) => ({
        ...fields,
        Type: 'Map',
        ItemProcessor,
        Items,
        MaxConcurrency,
      })),
  );
}

const answer: fc.Arbitrary<AslAnswer> = fc.oneof(
  fc.constant<AslAnswer>({ ok: { a: [1, 2] } }),
  fc.constantFrom('E', 'F').map((error) => ({ error, message: 'm' })),
  fc.constant<AslAnswer>({ clientError: 'TooManyRequestsException', status: 429, message: 'slow' }),
  fc.constant<AslAnswer>({ timeout: true }),
  fc.integer({ min: 0, max: 40 }).map((delay) => ({ delay, ok: delay })),
  fc.constant<AslAnswer>({ token: { ok: { a: 1 } } }),
  fc.constant<AslAnswer>({ token: { error: 'E', cause: 'c' } }),
);

test('500 random machines end the same when run twice, with nothing but errors that they can have', async () => {
  const seen = new Set<string | null>();
  await fc.assert(
    fc.asyncProperty(
      level('S', 1),
      fc.record({
        f: fc.array(answer, { minLength: 1, maxLength: 4 }),
        g: fc.array(answer, { minLength: 1, maxLength: 4 }),
      }),
      async (flow, lambda) => {
        const definition = { QueryLanguage: 'JSONata', TimeoutSeconds: 600, ...flow };
        const aslCase = { name: 'random', definition, input: { a: 1 }, lambda };

        const first = await runCase(aslCase, loadCase(aslCase), 7);
        const second = await runCase(aslCase, loadCase(aslCase), 7);

        expect(JSON.stringify(second)).toBe(JSON.stringify(first));
        expect(['SUCCEEDED', 'FAILED', 'TIMED_OUT']).toContain(first.status);
        if (first.status !== 'SUCCEEDED' && first.error !== null) {
          // A Fail state may name any text that the variable holds.
          const named = predefinedErrors.has(first.error) || functionErrors.includes(first.error);
          const chosen = JSON.stringify(flow).includes('"Error":"{%');
          expect({ error: first.error, known: named || chosen }).toEqual({ error: first.error, known: true });
        }
        seen.add(first.status === 'SUCCEEDED' ? first.status : first.error);
      },
    ),
    { numRuns: 500, seed: 20_260_101 },
  );
  // The machines are worth running: they succeed, fail in their functions and in their expressions, and time out.
  expect([...seen]).toEqual(
    expect.arrayContaining(['SUCCEEDED', 'E', 'States.QueryEvaluationError', 'States.Timeout']),
  );
}, 120_000);
