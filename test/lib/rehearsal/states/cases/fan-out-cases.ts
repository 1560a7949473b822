import { type CaseGroup, failed, invoke, machine, payload, succeeded, type TableCase } from './case-table.ts';

const one = { StartAt: 'One', States: { One: { Type: 'Pass', Output: 1, End: true } } };
const echo = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } };
const waits = {
  StartAt: 'Item',
  States: { Item: { Type: 'Wait', Seconds: '{% $states.input %}', Output: '{% $now() %}', End: true } },
};
/** Fails for numbers above 2. */
const picky = {
  StartAt: 'Item',
  States: {
    Item: { Type: 'Choice', Choices: [{ Condition: '{% $states.input > 2 %}', Next: 'Bad' }], Default: 'Good' },
    Bad: { Type: 'Fail', Error: 'TooBig', Cause: 'big' },
    Good: { Type: 'Succeed' },
  },
};

function map(name: string, fields: Record<string, unknown>, input: unknown, expect: TableCase['expect']): TableCase {
  return {
    name,
    definition: machine({ Each: { Type: 'Map', ItemProcessor: echo, ...fields, End: true } }),
    input,
    expect,
  };
}

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const exceeded = failed('States.ExceedToleratedFailureThreshold', {
  cause: 'The specified tolerated failure threshold was exceeded',
});
const failedItem = (value: number) => ({ Input: String(value), Status: 'FAILED', Error: 'TooBig', Cause: 'big' });

export const fanOutGroups: readonly CaseGroup[] = [
  {
    topic: 'Parallel',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html',
    cases: [
      {
        name: 'outputs in the order of the branches, whichever ends first',
        definition: machine({
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 9, Output: 'slow', End: true } } },
              { StartAt: 'Fast', States: { Fast: { Type: 'Wait', Seconds: 1, Output: 'fast', End: true } } },
            ],
            End: true,
          },
        }),
        expect: succeeded(['slow', 'fast'], { states: ['Both', 'Slow', 'Fast'], waits: [{ wait: 9 }, { wait: 1 }] }),
      },
      {
        name: 'every branch gets the input',
        definition: machine({ Both: { Type: 'Parallel', Branches: [echo], End: true } }),
        input: { a: 1 },
        expect: succeeded([{ a: 1 }]),
      },
      {
        name: 'Arguments replace the input',
        definition: machine({
          Both: { Type: 'Parallel', Arguments: { b: '{% $states.input.a %}' }, Branches: [echo], End: true },
        }),
        input: { a: 1 },
        expect: succeeded([{ b: 1 }]),
      },
      {
        name: 'Output reads the result',
        definition: machine({
          Both: { Type: 'Parallel', Branches: [one, { ...echo }], Output: '{% $states.result[0] %}', End: true },
        }),
        expect: succeeded(1),
      },
      {
        name: 'a failing branch stops the others and its error is the state’s',
        definition: machine({
          Both: {
            Type: 'Parallel',
            Branches: [
              {
                StartAt: 'Long',
                States: { Long: { Type: 'Wait', Seconds: 100, Next: 'Never' }, Never: { Type: 'Succeed' } },
              },
              {
                StartAt: 'Short',
                States: { Short: { Type: 'Wait', Seconds: 1, Next: 'Stop' }, Stop: { Type: 'Fail', Error: 'Bad' } },
              },
            ],
            End: true,
          },
        }),
        expect: failed('Bad', { states: ['Both', 'Long', 'Short', 'Stop'] }),
      },
      {
        name: 'a stopped branch does not take the answer it waited for',
        definition: machine({
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'Call', States: { Call: { ...invoke, Next: 'Never' }, Never: { Type: 'Succeed' } } },
              { StartAt: 'Stop', States: { Stop: { Type: 'Fail', Error: 'Bad' } } },
            ],
            Catch: [{ ErrorEquals: ['Bad'], Next: 'Rest' }],
            End: true,
          },
          Rest: { Type: 'Wait', Seconds: 60, Output: 'rested', End: true },
        }),
        lambda: { f: [{ delay: 5, ok: 1 }] },
        expect: succeeded('rested', { states: ['Both', 'Call', 'Stop', 'Rest'] }),
      },
      {
        name: 'an expression that fails in Arguments fails the state',
        definition: machine({ Both: { Type: 'Parallel', Arguments: '{% $nope %}', Branches: [one], End: true } }),
        expect: failed('States.QueryEvaluationError', { states: ['Both'] }),
      },
    ],
  },
  {
    topic: 'inline Map',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html',
    cases: [
      map(
        'without Items the input is the list',
        {},
        [1, 'a', null],
        succeeded([1, 'a', null], { states: ['Each', 'Item', 'Item', 'Item'] }),
      ),
      map('Items as an expression', { Items: '{% $states.input.list %}' }, { list: [1, 2] }, succeeded([1, 2])),
      map('Items as a literal', { Items: [1, { a: 2 }] }, {}, succeeded([1, { a: 2 }])),
      map('an empty list', { Items: [] }, {}, succeeded([], { states: ['Each'] })),
      map(
        'Items that is an object',
        { Items: '{% {"foo": "bar"} %}' },
        {},
        failed('States.QueryEvaluationError', {
          cause: `An error occurred while executing the state 'Each' (entered at the event id #2). The JSONata expression '{"foo": "bar"}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'object' for value: {"foo":"bar"}`,
        }),
      ),
      map('an input that is no list', {}, { a: 1 }, failed('States.QueryEvaluationError')),
      map(
        'ItemSelector reads input and item',
        {
          Items: '{% $states.input.list %}',
          ItemSelector: {
            i: '{% $states.context.Map.Item.Index %}',
            v: '{% $states.context.Map.Item.Value %}',
            k: '{% $states.input.k %}',
          },
        },
        { list: ['a', 'b'], k: 9 },
        succeeded([
          { i: 0, v: 'a', k: 9 },
          { i: 1, v: 'b', k: 9 },
        ]),
      ),
      map(
        'an expression that fails in ItemSelector fails the state',
        { ItemSelector: '{% $nope %}' },
        [1, 2],
        failed('States.QueryEvaluationError', { states: ['Each'] }),
      ),
      map(
        'the item is in the context of the states within',
        {
          ItemProcessor: {
            StartAt: 'Item',
            States: { Item: { Type: 'Pass', Output: '{% $states.context.Map.Item %}', End: true } },
          },
        },
        ['a'],
        succeeded([{ Index: 0, Value: 'a' }]),
      ),
      map('all at once without MaxConcurrency', { ItemProcessor: waits }, [3, 1], succeeded([at(3), at(1)])),
      map(
        'MaxConcurrency 1 is one after the other',
        { ItemProcessor: waits, MaxConcurrency: 1 },
        [3, 1],
        succeeded([at(3), at(4)]),
      ),
      map(
        'MaxConcurrency 2',
        { ItemProcessor: waits, MaxConcurrency: '{% 2 %}' },
        [3, 1, 1],
        succeeded([at(3), at(1), at(2)]),
      ),
      map(
        'MaxConcurrency 0 is no limit of its own',
        { ItemProcessor: waits, MaxConcurrency: 0 },
        [2, 2],
        succeeded([at(2), at(2)]),
      ),
      map(
        '40 at a time at most',
        { ItemProcessor: waits, Output: '{% $states.result[40] %}' },
        Array.from({ length: 41 }, () => 1),
        succeeded(at(2)),
      ),
      map(
        'MaxConcurrency that is no whole number',
        { MaxConcurrency: '{% 1.5 %}' },
        [1],
        failed('States.QueryEvaluationError'),
      ),
      map(
        'a failing iteration fails the state with its error',
        { ItemProcessor: picky, MaxConcurrency: 1 },
        [1, 3, 1],
        failed('TooBig', { cause: 'big', states: ['Each', 'Item', 'Good', 'Item', 'Bad'] }),
      ),
      map(
        'a failing iteration stops the others',
        {
          ItemProcessor: {
            StartAt: 'Item',
            States: {
              Item: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Bad' },
              Bad: { Type: 'Fail', Error: 'E' },
            },
          },
        },
        [5, 1],
        failed('E', { states: ['Each', 'Item', 'Item', 'Bad'] }),
      ),
      {
        name: 'iterations have variables of their own',
        definition: machine({
          Set: { Type: 'Pass', Assign: { base: 10 }, Next: 'Each' },
          Each: {
            Type: 'Map',
            Items: [1, 2],
            ItemProcessor: {
              StartAt: 'Add',
              States: {
                Add: { Type: 'Pass', Assign: { own: '{% $base + $states.input %}' }, Next: 'Show' },
                Show: { Type: 'Pass', Output: '{% $own %}', End: true },
              },
            },
            Output: ['{% $states.result %}', '{% $exists($own) %}'],
            End: true,
          },
        }),
        expect: succeeded([[11, 12], false]),
      },
      {
        name: 'a Map in a Map has its own item',
        definition: machine({
          Outer: {
            Type: 'Map',
            Items: [[1, 2], [3]],
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'Inner',
              States: {
                Inner: {
                  Type: 'Map',
                  ItemProcessor: {
                    StartAt: 'Leaf',
                    States: { Leaf: { Type: 'Pass', Output: '{% $states.context.Map.Item.Value * 2 %}', End: true } },
                  },
                  End: true,
                },
              },
            },
            End: true,
          },
        }),
        expect: succeeded([[2, 4], [6]]),
      },
      {
        name: 'a Map is retried and caught as a whole',
        definition: machine({
          Each: {
            Type: 'Map',
            Items: [1, 2],
            MaxConcurrency: 1,
            ItemProcessor: { StartAt: 'Call', States: { Call: { ...invoke, ...payload, End: true } } },
            Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Saved' }],
            End: true,
          },
          Saved: { Type: 'Succeed' },
        }),
        lambda: { f: [{ error: 'E' }, { ok: 1 }, { error: 'E' }] },
        expect: succeeded('E', { waits: [{ retry: 1 }], states: ['Each', 'Call', 'Call', 'Call', 'Saved'] }),
      },
    ],
  },
  {
    topic: 'tolerated failures of a Map',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html and …/input-output-resultwriter.html',
    cases: [
      map(
        'as many failures as tolerated',
        { ItemProcessor: picky, ToleratedFailureCount: 1 },
        [1, 3, 2],
        succeeded([1, failedItem(3), 2]),
      ),
      map('one more than tolerated', { ItemProcessor: picky, ToleratedFailureCount: 1 }, [1, 3, 4], exceeded),
      map('none tolerated', { ItemProcessor: picky, ToleratedFailureCount: 0 }, [1, 3], exceeded),
      map(
        'half tolerated',
        { ItemProcessor: picky, ToleratedFailurePercentage: 50 },
        [1, 3],
        succeeded([1, failedItem(3)]),
      ),
      map('more than half', { ItemProcessor: picky, ToleratedFailurePercentage: '{% 50 %}' }, [1, 3, 4], exceeded),
      map('all tolerated', { ItemProcessor: picky, ToleratedFailurePercentage: 100 }, [3], succeeded([failedItem(3)])),
      map(
        'either threshold counts',
        { ItemProcessor: picky, ToleratedFailurePercentage: 100, ToleratedFailureCount: 0 },
        [1, 3],
        exceeded,
      ),
      map(
        'a percentage above 100',
        { ToleratedFailurePercentage: '{% 101 %}' },
        [1],
        failed('States.QueryEvaluationError'),
      ),
    ],
  },
];
