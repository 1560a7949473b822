import {
  type CaseGroup,
  failed,
  invoke,
  invokeWithToken,
  machine,
  payload,
  succeeded,
  type TableCase,
} from './case-table.ts';

type Answers = NonNullable<TableCase['lambda']>[string];

const fails: Answers = [{ error: 'E', message: 'm' }];
const cause = JSON.stringify({ errorType: 'E', errorMessage: 'm', trace: [] });

function retry(
  name: string,
  retriers: unknown[],
  waits: number[],
  answers: Answers,
  expect: TableCase['expect'],
): TableCase {
  return {
    name,
    definition: machine({ Call: { ...invoke, Retry: retriers, ...payload, End: true } }),
    lambda: { f: answers },
    expect: { ...expect, waits: waits.map((seconds) => ({ retry: seconds })) },
  };
}

/** A Task that fails with an error and a Catch that names others. */
function caught(thrown: string, names: string[], isCaught: boolean): TableCase {
  return {
    name: `${thrown} is ${isCaught ? '' : 'not '}caught by ${names.join(', ')}`,
    definition: machine({
      Call: { ...invoke, Catch: [{ ErrorEquals: names, Next: 'Saved' }], End: true },
      Saved: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
    }),
    lambda: { f: [{ error: thrown }] },
    expect: isCaught ? succeeded(thrown, { states: ['Call', 'Saved'] }) : failed(thrown, { states: ['Call'] }),
  };
}

function clientError(clientErrorName: string, expected: string): TableCase {
  return {
    name: `client error ${clientErrorName}`,
    definition: machine({ Call: { ...invoke, End: true } }),
    lambda: { f: [{ clientError: clientErrorName, status: 429, message: 'Rate Exceeded.' }] },
    expect: failed(expected, {
      cause: 'Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: 00000000-0000-4000-8000-000000000000)',
    }),
  };
}

const savedBy = (names: string[], fields: Record<string, unknown>, thrower: Record<string, unknown> = invoke) =>
  machine({
    Call: { ...thrower, Catch: [{ ErrorEquals: names, Next: 'Saved', ...fields }], End: true },
    Saved: { Type: 'Succeed' },
  });

export const errorGroups: readonly CaseGroup[] = [
  {
    topic: 'Retry',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error',
    cases: [
      retry(
        'three attempts after 1, 2 and 4 seconds by default',
        [{ ErrorEquals: ['E'] }],
        [1, 2, 4],
        fails,
        failed('E', { cause }),
      ),
      retry(
        'ends when the call succeeds',
        [{ ErrorEquals: ['E'] }],
        [1],
        [...fails, { ok: 'fine' }],
        succeeded('fine'),
      ),
      retry(
        'interval and rate',
        [{ ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 1.5 }],
        [3, 4.5, 6.75],
        fails,
        failed('E'),
      ),
      retry(
        'MaxDelaySeconds caps',
        [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 }],
        [2, 6, 10, 10],
        fails,
        failed('E'),
      ),
      retry('MaxAttempts 0 is none', [{ ErrorEquals: ['E'], MaxAttempts: 0 }], [], fails, failed('E')),
      retry(
        'BackoffRate 1 keeps the interval',
        [{ ErrorEquals: ['E'], IntervalSeconds: 5, BackoffRate: 1, MaxAttempts: 2 }],
        [5, 5],
        fails,
        failed('E'),
      ),
      retry('another error is not retried', [{ ErrorEquals: ['F'] }], [], fails, failed('E')),
      retry('States.ALL takes it', [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }], [1], fails, failed('E')),
      retry(
        'States.TaskFailed takes it',
        [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }],
        [1],
        fails,
        failed('E'),
      ),
      retry(
        'counters are per retrier',
        [
          { ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 2 },
          { ErrorEquals: ['F'], IntervalSeconds: 10, MaxAttempts: 2 },
        ],
        [1, 10, 2],
        [{ error: 'E' }, { error: 'F' }, { error: 'E' }, { ok: 1 }],
        succeeded(1),
      ),
      retry(
        'only the first retrier that takes an error counts',
        [
          { ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 },
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 9, MaxAttempts: 5 },
        ],
        [1],
        fails,
        failed('E'),
      ),
      {
        name: 'counters start again when the state is entered again',
        definition: machine({
          Call: {
            ...invoke,
            Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
            Assign: { again: '{% $states.result.Payload %}' },
            Next: 'More',
          },
          More: { Type: 'Choice', Choices: [{ Condition: '{% $again %}', Next: 'Call' }], Default: 'Done' },
          Done: { Type: 'Succeed' },
        }),
        lambda: { f: [{ error: 'E' }, { ok: true }, { error: 'E' }, { ok: false }] },
        expect: {
          status: 'SUCCEEDED',
          waits: [{ retry: 1 }, { retry: 1 }],
          states: ['Call', 'More', 'Call', 'More', 'Done'],
        },
      },
      {
        name: 'retries come before the catcher, which comes once they are used up',
        definition: machine({
          Call: {
            ...invoke,
            Retry: [{ ErrorEquals: ['E'], MaxAttempts: 2 }],
            Catch: [{ ErrorEquals: ['E'], Next: 'Saved' }],
            End: true,
          },
          Saved: { Type: 'Pass', Output: 'saved', End: true },
        }),
        lambda: { f: fails },
        expect: succeeded('saved', { waits: [{ retry: 1 }, { retry: 2 }], states: ['Call', 'Saved'] }),
      },
      {
        name: 'a Parallel is retried as a whole',
        definition: machine({
          Both: {
            Type: 'Parallel',
            Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 4 }],
            Branches: [
              { StartAt: 'Call', States: { Call: { ...invoke, ...payload, End: true } } },
              { StartAt: 'Other', States: { Other: { Type: 'Pass', Output: 'o', End: true } } },
            ],
            End: true,
          },
        }),
        lambda: { f: [...fails, { ok: 'f' }] },
        expect: succeeded(['f', 'o'], { waits: [{ retry: 4 }], states: ['Both', 'Call', 'Other', 'Call', 'Other'] }),
      },
      {
        name: 'an expression that fails in Output can be retried',
        definition: machine({
          Call: {
            ...invoke,
            Retry: [{ ErrorEquals: ['States.QueryEvaluationError'] }],
            Output: '{% $states.result.Payload.x %}',
            End: true,
          },
        }),
        lambda: { f: [{ ok: {} }, { ok: { x: 1 } }] },
        expect: succeeded(1, { waits: [{ retry: 1 }] }),
      },
    ],
  },
  {
    topic: 'Catch',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states',
    cases: [
      caught('E', ['E'], true),
      caught('E', ['F', 'E'], true),
      caught('E', ['F'], false),
      caught('e', ['E'], false),
      caught('E', ['States.ALL'], true),
      caught('E', ['States.TaskFailed'], true),
      caught('E', ['States.Timeout'], false),
      caught('States.Permissions', ['States.TaskFailed'], true),
      caught('States.Timeout', ['States.TaskFailed'], false),
      caught('States.Timeout', ['States.Timeout'], true),
      caught('States.Timeout', ['States.ALL'], true),
      caught('States.HeartbeatTimeout', ['States.Timeout'], true),
      caught('States.HeartbeatTimeout', ['States.HeartbeatTimeout'], true),
      caught('States.HeartbeatTimeout', ['States.TaskFailed'], false),
      caught('States.Timeout', ['States.HeartbeatTimeout'], false),
      caught('States.DataLimitExceeded', ['States.ALL'], false),
      caught('States.DataLimitExceeded', ['States.TaskFailed'], false),
      caught('States.DataLimitExceeded', ['States.DataLimitExceeded'], true),
      caught('States.Runtime', ['States.ALL'], false),
      caught('States.Runtime', ['States.Runtime'], false),
      {
        name: 'the next state gets Error and Cause',
        definition: savedBy(['E'], {}),
        lambda: { f: fails },
        expect: succeeded({ Error: 'E', Cause: cause }),
      },
      {
        name: 'Output of the catcher reads input and errorOutput',
        definition: savedBy(['E'], { Output: { in: '{% $states.input %}', e: '{% $states.errorOutput.Error %}' } }),
        input: { a: 1 },
        lambda: { f: fails },
        expect: succeeded({ in: { a: 1 }, e: 'E' }),
      },
      {
        name: 'Assign of the catcher, not of the state',
        definition: machine({
          Call: {
            ...invoke,
            Assign: { who: 'state' },
            Catch: [{ ErrorEquals: ['E'], Assign: { who: '{% $states.errorOutput.Error %}' }, Next: 'Saved' }],
            End: true,
          },
          Saved: { Type: 'Pass', Output: '{% $who %}', End: true },
        }),
        lambda: { f: fails },
        expect: succeeded('E'),
      },
      {
        name: 'an expression that fails in Arguments is caught',
        definition: savedBy(
          ['States.QueryEvaluationError'],
          { Output: '{% $states.errorOutput.Error %}' },
          {
            ...invoke,
            Arguments: { FunctionName: '{% $states.input.none %}' },
          },
        ),
        expect: succeeded('States.QueryEvaluationError', { calls: [] }),
      },
      {
        name: 'an expression that fails in the catcher fails the execution',
        definition: savedBy(['States.ALL'], { Output: '{% $nope %}' }),
        lambda: { f: fails },
        expect: failed('States.QueryEvaluationError', { states: ['Call'] }),
      },
      {
        name: 'a Fail state in a branch is caught by the Parallel',
        definition: machine({
          Both: {
            Type: 'Parallel',
            Branches: [{ StartAt: 'Stop', States: { Stop: { Type: 'Fail', Error: 'Mine', Cause: 'c' } } }],
            Catch: [{ ErrorEquals: ['Mine'], Next: 'Saved' }],
            End: true,
          },
          Saved: { Type: 'Succeed' },
        }),
        expect: succeeded({ Error: 'Mine', Cause: 'c' }, { states: ['Both', 'Stop', 'Saved'] }),
      },
    ],
  },
  {
    topic: 'Lambda answers',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html and …/bp-lambda-serviceexception.html',
    cases: [
      {
        name: 'the response of Invoke',
        definition: machine({ Call: { ...invoke, End: true } }),
        lambda: { f: [{ ok: { a: 1 } }] },
        expect: succeeded({ ExecutedVersion: '$LATEST', Payload: { a: 1 }, StatusCode: 200 }),
      },
      {
        name: 'an error of the function',
        definition: machine({ Call: { ...invoke, End: true } }),
        lambda: { f: fails },
        expect: failed('E', { cause }),
      },
      clientError('TooManyRequestsException', 'Lambda.TooManyRequestsException'),
      clientError('Lambda.ServiceException', 'Lambda.ServiceException'),
      {
        name: 'a function that does not exist',
        definition: machine({ Call: { ...invoke, End: true } }),
        expect: failed('Lambda.ResourceNotFoundException', { calls: [{ function: 'f', payload: {} }] }),
      },
      {
        name: 'a function that runs into its own time-out',
        definition: machine({ Call: { ...invoke, End: true } }),
        lambda: { f: [{ timeout: true }] },
        expect: failed('Sandbox.Timedout'),
      },
      {
        name: 'answers come in order and the last repeats',
        definition: machine({
          A: { ...invoke, Assign: { a: '{% $states.result.Payload %}' }, Next: 'B' },
          B: { ...invoke, Assign: { b: '{% $states.result.Payload %}' }, Next: 'C' },
          C: { ...invoke, Output: ['{% $a %}', '{% $b %}', '{% $states.result.Payload %}'], End: true },
        }),
        lambda: { f: [{ ok: 1 }, { ok: 2 }] },
        expect: succeeded([1, 2, 2]),
      },
      {
        name: 'a function by ARN and alias',
        definition: machine({
          Call: {
            ...invoke,
            Arguments: {
              FunctionName: 'arn:aws:lambda:eu-west-1:111122223333:function:f:live',
              Payload: { x: '{% $states.input.n %}' },
            },
            ...payload,
            End: true,
          },
        }),
        input: { n: 3 },
        lambda: { f: [{ ok: null }] },
        expect: succeeded(null, { calls: [{ function: 'f', payload: { x: 3 } }] }),
      },
      {
        name: 'a function as the resource gets Arguments and gives its bare result',
        definition: machine({
          Call: { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f', End: true },
        }),
        input: { n: 3 },
        lambda: { f: [{ ok: 'bare' }] },
        expect: succeeded('bare', { calls: [{ function: 'f', payload: { n: 3 } }] }),
      },
      {
        name: 'Credentials are evaluated',
        definition: machine({
          Call: { ...invoke, Credentials: { RoleArn: '{% $states.input.role %}' }, End: true },
        }),
        lambda: { f: [{ ok: 1 }] },
        expect: failed('States.QueryEvaluationError', { calls: [] }),
      },
      {
        name: 'any other call is not scripted',
        definition: machine({
          Call: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Arguments: {}, End: true },
        }),
        expect: failed('States.TaskFailed'),
      },
      {
        name: 'an invocation without FunctionName is not scripted either',
        definition: machine({ Call: { ...invoke, Arguments: 'none', End: true } }),
        expect: failed('States.TaskFailed'),
      },
    ],
  },
  {
    topic: 'time-outs and task tokens',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html and …/connect-to-resource.html#connect-wait-token',
    cases: [
      {
        name: 'TimeoutSeconds of a Task',
        definition: savedBy(['States.Timeout'], {}, { ...invoke, TimeoutSeconds: 5 }),
        lambda: { f: [{ delay: 10, ok: 1 }] },
        expect: succeeded({ Error: 'States.Timeout', Cause: '' }),
      },
      {
        name: 'an answer before the time-out',
        definition: machine({ Call: { ...invoke, TimeoutSeconds: 5, ...payload, End: true } }),
        lambda: { f: [{ delay: 4, ok: 1 }] },
        expect: succeeded(1),
      },
      {
        name: 'TimeoutSeconds as an expression',
        definition: machine({ Call: { ...invoke, TimeoutSeconds: '{% $states.input.t %}', End: true } }),
        input: { t: 3 },
        lambda: { f: [{ timeout: true }] },
        expect: failed('States.Timeout', { cause: null }),
      },
      {
        name: 'TimeoutSeconds that is no number',
        definition: machine({ Call: { ...invoke, TimeoutSeconds: '{% "3" %}', End: true } }),
        expect: failed('States.QueryEvaluationError', { calls: [] }),
      },
      {
        name: 'every attempt has the whole time',
        definition: machine({
          Call: {
            ...invoke,
            TimeoutSeconds: 5,
            Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
            ...payload,
            End: true,
          },
        }),
        lambda: {
          f: [
            { delay: 10, ok: 1 },
            { delay: 4, ok: 2 },
          ],
        },
        expect: succeeded(2, { waits: [{ retry: 1 }] }),
      },
      {
        name: 'TimeoutSeconds of the machine',
        definition: machine({ Pause: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 59 }),
        expect: { status: 'TIMED_OUT', error: 'States.Timeout', output: null, waits: [{ wait: 60 }] },
      },
      {
        name: 'the time-out of the machine can not be caught',
        definition: machine(
          {
            Call: { ...invoke, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Saved' }], End: true },
            Saved: { Type: 'Succeed' },
          },
          { TimeoutSeconds: 10 },
        ),
        lambda: { f: [{ delay: 11, ok: 1 }] },
        expect: { status: 'TIMED_OUT', states: ['Call'] },
      },
      {
        name: 'a year at most',
        definition: machine({ Call: { ...invokeWithToken, End: true } }),
        lambda: { f: [{ ok: 1 }] },
        expect: { status: 'TIMED_OUT', error: 'States.Timeout' },
      },
      {
        name: 'the output of a token is the result',
        definition: machine({ Call: { ...invokeWithToken, End: true } }),
        lambda: { f: [{ token: { ok: { approved: true } } }] },
        expect: succeeded({ approved: true }),
      },
      {
        name: 'a token that fails',
        definition: machine({ Call: { ...invokeWithToken, End: true } }),
        lambda: { f: [{ token: { error: 'Denied', cause: 'no' } }] },
        expect: failed('Denied', { cause: 'no' }),
      },
      {
        name: 'a call that fails fails the waiting task',
        definition: machine({ Call: { ...invokeWithToken, End: true } }),
        lambda: { f: fails },
        expect: failed('E'),
      },
      {
        name: 'a missing heartbeat is States.HeartbeatTimeout',
        definition: machine({ Call: { ...invokeWithToken, HeartbeatSeconds: 5, TimeoutSeconds: 60, End: true } }),
        lambda: { f: [{ ok: 1 }] },
        expect: failed('States.HeartbeatTimeout'),
      },
      {
        name: 'a missing heartbeat is caught as States.Timeout too',
        definition: savedBy(
          ['States.Timeout'],
          { Output: 'saved' },
          { ...invokeWithToken, HeartbeatSeconds: '{% 5 %}' },
        ),
        lambda: { f: [{ ok: 1 }] },
        expect: succeeded('saved'),
      },
      {
        name: 'a token that comes after the time-out is not taken',
        definition: machine({ Call: { ...invokeWithToken, TimeoutSeconds: 5, End: true } }),
        lambda: { f: [{ token: { ok: 1, delay: 9 } }] },
        expect: failed('States.Timeout'),
      },
      {
        name: 'a token for a task that waits for none comes to nothing',
        definition: machine({ Call: { ...invoke, ...payload, End: true } }),
        lambda: { f: [{ token: { ok: 1 } }] },
        expect: succeeded(null),
      },
    ],
  },
  {
    topic: 'limits',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
    cases: [
      {
        name: '256 KiB of output is allowed',
        definition: machine({
          Big: { Type: 'Pass', Output: '{% $pad("", 262142, "x") %}', Next: 'Small' },
          Small: { Type: 'Pass', Output: 1, End: true },
        }),
        expect: succeeded(1),
      },
      {
        name: 'one byte more is not',
        definition: machine({ State_1: { Type: 'Pass', Output: '{% $pad("", 262143, "x") %}', End: true } }),
        expect: failed('States.DataLimitExceeded', {
          cause:
            "The state/task 'State_1' returned a result with a size exceeding the maximum number of bytes service limit.",
        }),
      },
      {
        name: 'bytes of UTF-8 count, not characters',
        definition: machine({ Big: { Type: 'Pass', Output: '{% $pad("", 140000, "é") %}', End: true } }),
        expect: failed('States.DataLimitExceeded'),
      },
      {
        name: 'a result that is too large',
        definition: machine({ Call: { ...invoke, Output: 1, End: true } }),
        lambda: { f: [{ ok: 'x'.repeat(262_144) }] },
        expect: failed('States.DataLimitExceeded', {
          cause:
            "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
        }),
      },
      {
        name: 'arguments that are too large',
        definition: machine({
          Call: { ...invoke, Arguments: { FunctionName: 'f', Payload: '{% $pad("", 262143, "x") %}' }, End: true },
        }),
        expect: failed('States.DataLimitExceeded', { calls: [] }),
      },
      {
        name: 'an endless loop ends at 25,000 events',
        definition: machine({
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Choice', Choices: [{ Condition: false, Next: 'C' }], Default: 'A' },
          C: { Type: 'Succeed' },
        }),
        expect: failed('States.Runtime', {
          cause: 'The execution reached the maximum number of history events (25000).',
        }),
      },
    ],
  },
];
