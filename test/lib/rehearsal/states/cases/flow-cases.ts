import { type CaseGroup, failed, invoke, machine, succeeded, type TableCase } from './case-table.ts';

const end = { Type: 'Succeed' };

function choice(condition: unknown, expect: TableCase['expect'], more: Record<string, unknown> = {}): TableCase {
  return {
    name: `Condition ${JSON.stringify(condition)} ${JSON.stringify(more)}`,
    definition: machine({
      Choose: { Type: 'Choice', Choices: [{ Condition: condition, Next: 'Yes' }], ...more },
      Yes: end,
      No: end,
    }),
    input: { n: 5 },
    expect,
  };
}

function wait(fields: Record<string, unknown>, seconds: number | undefined, input: unknown = {}): TableCase {
  return {
    name: `Wait ${JSON.stringify(fields)}`,
    definition: machine({ Pause: { Type: 'Wait', ...fields, End: true } }),
    input,
    expect:
      seconds === undefined
        ? failed('States.QueryEvaluationError', { waits: [] })
        : succeeded(input, { waits: [{ wait: seconds }] }),
  };
}

function fail(fields: Record<string, unknown>, expect: TableCase['expect'], input: unknown = {}): TableCase {
  return {
    name: `Fail ${JSON.stringify(fields)}`,
    definition: machine({ Stop: { Type: 'Fail', ...fields } }),
    input,
    expect,
  };
}

const evaluationError = 'States.QueryEvaluationError';
const otherwise = { Default: 'No' };

export const flowGroups: readonly CaseGroup[] = [
  {
    topic: 'Choice',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html',
    cases: [
      choice('{% $states.input.n > 3 %}', succeeded({ n: 5 }, { states: ['Choose', 'Yes'] }), otherwise),
      choice('{% $states.input.n > 8 %}', succeeded({ n: 5 }, { states: ['Choose', 'No'] }), otherwise),
      choice('{% $states.input.n > 8 %}', failed('States.NoChoiceMatched', { states: ['Choose'] })),
      choice(true, succeeded({ n: 5 }, { states: ['Choose', 'Yes'] })),
      choice(false, succeeded({ n: 5 }, { states: ['Choose', 'No'] }), otherwise),
      choice('{% $states.input.n %}', failed(evaluationError), otherwise),
      choice('{% "true" %}', failed(evaluationError), otherwise),
      choice('{% null %}', failed(evaluationError), otherwise),
      choice('{% $states.input.missing %}', failed(evaluationError), otherwise),
      choice('{% $states.input.n > 8 %}', succeeded('none', { states: ['Choose', 'No'] }), {
        ...otherwise,
        Output: 'none',
      }),
      choice('{% true %}', succeeded({ n: 5 }, { states: ['Choose', 'Yes'] }), { ...otherwise, Output: 'none' }),
      {
        name: 'the first rule that holds is taken, with its Assign and Output',
        definition: machine({
          Choose: {
            Type: 'Choice',
            Assign: { by: 'default' },
            Choices: [
              { Condition: '{% $states.input > 9 %}', Assign: { by: 'first' }, Next: 'Show' },
              { Condition: '{% $states.input > 1 %}', Assign: { by: 'second' }, Output: 'out', Next: 'Show' },
              { Condition: '{% true %}', Assign: { by: 'third' }, Next: 'Show' },
            ],
            Default: 'Show',
          },
          Show: { Type: 'Pass', Output: ['{% $by %}', '{% $states.input %}'], End: true },
        }),
        input: 4,
        expect: succeeded(['second', 'out']),
      },
      {
        name: 'Assign of the state belongs to Default',
        definition: machine({
          Choose: {
            Type: 'Choice',
            Assign: { by: 'default' },
            Choices: [{ Condition: '{% false %}', Assign: { by: 'rule' }, Next: 'Show' }],
            Default: 'Show',
          },
          Show: { Type: 'Pass', Output: '{% $by %}', End: true },
        }),
        expect: succeeded('default'),
      },
    ],
  },
  {
    topic: 'Wait',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html',
    cases: [
      wait({ Seconds: 10 }, 10),
      wait({ Seconds: 0 }, 0),
      wait({ Seconds: '{% $states.input.s %}' }, 7, { s: 7 }),
      wait({ Seconds: '{% $states.input.s %}' }, undefined, { s: 'x' }),
      wait({ Seconds: '{% $states.input.s %}' }, undefined, { s: -1 }),
      wait({ Seconds: '{% $states.input.s %}' }, undefined, { s: 1.5 }),
      wait({ Seconds: '{% $states.input.s %}' }, undefined),
      wait({ Timestamp: '2026-01-01T00:01:00Z' }, 60),
      wait({ Timestamp: '2026-01-01T01:00:30+01:00' }, 30),
      wait({ Timestamp: '2026-01-01T00:00:01.5Z' }, 1.5),
      wait({ Timestamp: '2020-01-01T00:00:00Z' }, 0),
      wait({ Timestamp: '{% $fromMillis($millis() + 5000) %}' }, 5),
      wait({ Timestamp: '{% $states.input %}' }, undefined, '2016-12-05 21:29:29Z'),
      wait({ Timestamp: '{% $states.input %}' }, undefined, '2016-12-05T21:29:29'),
      wait({ Timestamp: '{% $states.input %}' }, undefined, '2016-13-05T21:29:29Z'),
      wait({ Timestamp: '{% $states.input %}' }, undefined, '05-12-2016T21:29:29Z'),
      wait({ Timestamp: '{% 5 %}' }, undefined),
      {
        name: 'a Wait assigns and has an Output, evaluated when the wait is over',
        definition: machine({
          Pause: { Type: 'Wait', Seconds: 60, Assign: { at: '{% $now() %}' }, Output: 'done', Next: 'Show' },
          Show: { Type: 'Pass', Output: ['{% $at %}', '{% $states.input %}'], End: true },
        }),
        expect: succeeded(['2026-01-01T00:01:00.000Z', 'done']),
      },
    ],
  },
  {
    topic: 'Fail and Succeed',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html and …/state-succeed.html',
    cases: [
      fail({ Error: 'Boom', Cause: 'because' }, failed('Boom', { cause: 'because' })),
      fail({}, failed(null, { cause: null })),
      fail({ Error: '{% $states.input.e %}', Cause: '{% "n=" & 1 %}' }, failed('E1', { cause: 'n=1' }), { e: 'E1' }),
      fail({ Error: '{% 5 %}' }, failed(evaluationError)),
      fail({ Cause: '{% $states.input.none %}' }, failed(evaluationError)),
      {
        name: 'Succeed has an Output',
        definition: machine({ Done: { Type: 'Succeed', Output: '{% $states.input + 1 %}' } }),
        input: 1,
        expect: succeeded(2),
      },
      {
        name: 'an input that is not given is an empty object',
        definition: machine({ Done: end }),
        expect: succeeded({}),
      },
    ],
  },
  {
    topic: 'variables',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html',
    cases: [
      {
        name: 'Output does not see what Assign of the same state sets',
        definition: machine({
          One: { Type: 'Pass', Assign: { x: 1 }, Next: 'Two' },
          Two: { Type: 'Pass', Assign: { x: '{% $x + 1 %}' }, Output: '{% $x %}', Next: 'Three' },
          Three: { Type: 'Pass', Output: ['{% $states.input %}', '{% $x %}'], End: true },
        }),
        expect: succeeded([1, 2]),
      },
      {
        name: 'the members of one Assign do not see each other',
        definition: machine({
          One: { Type: 'Pass', Assign: { x: 1 }, Next: 'Two' },
          Two: { Type: 'Pass', Assign: { x: 2, y: '{% $x %}' }, Next: 'Three' },
          Three: { Type: 'Pass', Output: '{% $y %}', End: true },
        }),
        expect: succeeded(1),
      },
      {
        name: 'a variable that is first assigned here is undefined in Output',
        definition: machine({ One: { Type: 'Pass', Assign: { x: 1 }, Output: '{% $x %}', End: true } }),
        expect: failed(evaluationError),
      },
      {
        name: 'an Assign that fails assigns nothing and fails the state',
        definition: machine({ One: { Type: 'Pass', Assign: { x: '{% $nope %}' }, End: true } }),
        expect: failed(evaluationError, {
          cause:
            "An error occurred while executing the state 'One' (entered at the event id #2). The JSONata expression '$nope' specified for the field 'Assign/x' returned nothing (undefined).",
        }),
      },
      {
        name: 'a branch reads outer variables; its own end with it',
        definition: machine({
          Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Both' },
          Both: {
            Type: 'Parallel',
            Branches: [
              {
                StartAt: 'In',
                States: {
                  In: { Type: 'Pass', Assign: { inner: '{% $outer & "i" %}' }, Next: 'In2' },
                  In2: { Type: 'Pass', Output: '{% $inner %}', End: true },
                },
              },
            ],
            Next: 'After',
          },
          After: { Type: 'Pass', Output: ['{% $states.input %}', '{% $exists($inner) %}'], End: true },
        }),
        expect: succeeded([['oi'], false]),
      },
      {
        name: 'a Task assigns from its result',
        definition: machine({
          Call: { ...invoke, Assign: { code: '{% $states.result.StatusCode %}' }, Next: 'Show' },
          Show: { Type: 'Pass', Output: '{% $code %}', End: true },
        }),
        lambda: { f: [{ ok: 1 }] },
        expect: succeeded(200),
      },
      {
        name: 'variables above 256 KiB in one Assign are refused',
        definition: machine({ One: { Type: 'Pass', Assign: { x: '{% $pad("", 270000, "x") %}' }, End: true } }),
        expect: failed('States.DataLimitExceeded'),
      },
    ],
  },
  {
    topic: 'context object',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html',
    cases: [
      {
        name: 'names of execution, state machine and state',
        definition: machine({
          Only: {
            Type: 'Pass',
            Output: [
              '{% $states.context.Execution.Name %}',
              '{% $states.context.Execution.Input.a %}',
              '{% $states.context.Execution.StartTime %}',
              '{% $states.context.Execution.Id %}',
              '{% $states.context.Execution.RoleArn %}',
              '{% $states.context.StateMachine.Name %}',
              '{% $states.context.StateMachine.Id %}',
              '{% $states.context.State.Name %}',
              '{% $states.context.State.EnteredTime %}',
            ],
            End: true,
          },
        }),
        input: { a: 1 },
        expect: succeeded([
          'names of execution, state machine and state',
          1,
          '2026-01-01T00:00:00.000Z',
          'arn:aws:states:eu-west-1:111122223333:execution:case:names of execution, state machine and state',
          'arn:aws:iam::111122223333:role/case',
          'case',
          'arn:aws:states:eu-west-1:111122223333:stateMachine:case',
          'Only',
          '2026-01-01T00:00:00.000Z',
        ]),
      },
      {
        name: 'RetryCount counts the retries of this stay',
        definition: machine({
          Call: {
            ...invoke,
            Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' },
            Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1 }],
            Output: '{% $states.context.State.RetryCount %}',
            End: true,
          },
        }),
        lambda: { f: [{ error: 'E' }, { error: 'E' }, { ok: 1 }] },
        expect: succeeded(2, {
          calls: [
            { function: 'f', payload: 0 },
            { function: 'f', payload: 1 },
            { function: 'f', payload: 2 },
          ],
        }),
      },
      {
        name: 'only Map iterations have Map.Item',
        definition: machine({ Only: { Type: 'Pass', Output: '{% $exists($states.context.Map) %}', End: true } }),
        expect: succeeded(false),
      },
    ],
  },
];
