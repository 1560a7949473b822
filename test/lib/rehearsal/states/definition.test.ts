import { expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { loadStateMachine } from '../../../../lib/rehearsal/states/definition.ts';

const pass = { Type: 'Pass', End: true };
const processor = { StartAt: 'Item', States: { Item: pass } };
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const only = (state: unknown) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: state } });

const refused: [string, unknown, string][] = [
  ['no object', 5, '$: must be a JSON object'],
  ['JSONPath', { StartAt: 'A', States: { A: pass } }, '$.QueryLanguage: must be "JSONata"'],
  ['JSONPath by name', { QueryLanguage: 'JSONPath', StartAt: 'A', States: {} }, '$.QueryLanguage'],
  ['a JSONPath state', only({ ...pass, QueryLanguage: 'JSONPath' }), '$.States.A.QueryLanguage'],
  ['an unknown field of the machine', { ...only(pass), Foo: 1 }, '$.Foo'],
  ['an unknown type', only({ Type: 'Loop', End: true }), '$.States.A.Type: unknown state type Loop'],
  ['a type of Object.prototype', only({ Type: 'toString', End: true }), '$.States.A.Type'],
  ['no type', only({ End: true }), '$.States.A.Type'],
  [
    'an unknown field of a state',
    only({ ...pass, ResultPath: '$' }),
    '$.States.A.ResultPath: this runner has no such field',
  ],
  ['neither Next nor End', only({ Type: 'Pass' }), '$.States.A: needs either "Next" or "End"'],
  ['Next and End', only({ ...pass, Next: 'A' }), '$.States.A: needs either'],
  ['a Next to nowhere', only({ Type: 'Pass', Next: 'B' }), '$.States.A.Next: there is no state B on this level'],
  ['a StartAt to nowhere', { ...only(pass), StartAt: 'Z' }, '$.StartAt: there is no state Z'],
  ['no StartAt', { QueryLanguage: 'JSONata', States: { A: pass } }, '$.StartAt'],
  [
    'a Default to nowhere',
    only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'B' }),
    '$.States.A.Default',
  ],
  [
    'a rule to nowhere',
    only({ Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }] }),
    '$.States.A.Choices[0].Next',
  ],
  ['a rule without Condition', only({ Type: 'Choice', Choices: [{ Next: 'A' }] }), '$.States.A.Choices[0].Condition'],
  ['no rules', only({ Type: 'Choice', Choices: [] }), '$.States.A.Choices'],
  [
    'a JSONPath rule',
    only({ Type: 'Choice', Choices: [{ Variable: '$', Next: 'A' }] }),
    '$.States.A.Choices[0].Variable',
  ],
  ['a Wait for nothing', only({ Type: 'Wait', End: true }), '$.States.A: a Wait has either'],
  ['a Map without processor', only({ Type: 'Map', End: true }), '$.States.A.ItemProcessor'],
  [
    'a Distributed Map',
    only({ Type: 'Map', ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED' } }, End: true }),
    'no mode DISTRIBUTED',
  ],
  [
    'an ItemReader',
    only({ Type: 'Map', ItemProcessor: processor, ItemReader: {}, End: true }),
    '$.States.A.ItemReader',
  ],
  ['no branches', only({ Type: 'Parallel', Branches: [], End: true }), '$.States.A.Branches'],
  [
    'a branch with QueryLanguage',
    only({ Type: 'Parallel', Branches: [{ ...processor, QueryLanguage: 'JSONata' }], End: true }),
    '$.States.A.Branches[0].QueryLanguage',
  ],
  [
    'a fault deep inside',
    only({
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'B',
          States: { B: { Type: 'Map', End: true, ItemProcessor: { StartAt: 'C', States: { C: { Type: 'X' } } } } },
        },
      ],
      End: true,
    }),
    '$.States.A.Branches[0].States.B.ItemProcessor.States.C.Type',
  ],
  ['Credentials with another key', only({ ...task, Credentials: { Role: 'x' } }), '$.States.A.Credentials.Role'],
  ['Credentials without role', only({ ...task, Credentials: {} }), '$.States.A.Credentials.RoleArn'],
  ['a Task without Resource', only({ Type: 'Task', End: true }), '$.States.A.Resource'],
  [
    'an unknown field of a retrier',
    only({ ...task, Retry: [{ ErrorEquals: ['E'], Foo: 1 }] }),
    '$.States.A.Retry[0].Foo',
  ],
  ['a retrier for no error', only({ ...task, Retry: [{ ErrorEquals: [] }] }), '$.States.A.Retry[0].ErrorEquals'],
  [
    'a number that is none',
    only({ ...task, Retry: [{ ErrorEquals: ['E'], MaxAttempts: '3' }] }),
    '$.States.A.Retry[0].MaxAttempts',
  ],
  [
    'an unknown jitter',
    only({ ...task, Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'HALF' }] }),
    '$.States.A.Retry[0].JitterStrategy',
  ],
  ['Retry that is no list', only({ ...task, Retry: {} }), '$.States.A.Retry: must be a JSON array'],
  ['a catcher without Next', only({ ...task, Catch: [{ ErrorEquals: ['E'] }] }), '$.States.A.Catch[0].Next'],
  ['a catcher to nowhere', only({ ...task, Catch: [{ ErrorEquals: ['E'], Next: 'B' }] }), '$.States.A.Catch[0].Next'],
  ['an Assign that is no object', only({ ...pass, Assign: '{% 1 %}' }), '$.States.A.Assign'],
];

test.each(refused)('%s is refused by name', (_name, definition, message) => {
  expect(() => loadStateMachine(definition)).toThrow(InputError);
  expect(() => loadStateMachine(definition)).toThrow(message);
});

test('JSONata may be said by every state instead of by the machine', () => {
  const machine = loadStateMachine({ StartAt: 'A', States: { A: { ...pass, QueryLanguage: 'JSONata' } } });
  expect([...machine.states.keys()]).toEqual(['A']);
});

test('the place stands in front of the path', () => {
  expect(() => loadStateMachine({ ...only(pass), Foo: 1 }, 'case 1: definition')).toThrow('case 1: definition.Foo');
});
