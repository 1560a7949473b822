// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CDK substitutions look like that
import { describe, expect, test } from '@jest/globals';
import { checkDefinition } from '../../../../lib/rehearsal/states/check.ts';

const T = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' }, End: true };
const m = (States: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});

const legal: Record<string, Record<string, unknown>> = {
  cond_true: m({
    A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'B' },
    B: { Type: 'Succeed' },
  }),
  multi: m({ A: { Type: 'Pass', Output: '{% (\n $x := 1;\n $x\n) %}', End: true } }),
  nospace: m({ A: { Type: 'Pass', Output: '{%$states.input%}', End: true } }),
  outnum: m({ A: { Type: 'Pass', Output: 5, End: true } }),
  outnull: m({ A: { Type: 'Pass', Output: null, End: true } }),
  outarr: m({ A: { Type: 'Pass', Output: [1, '', ['{% 1 %}']], End: true } }),
  emptystr: m({ A: { Type: 'Pass', Output: { a: '' }, Assign: { x: '', y: [], z: null }, End: true } }),
  pred: m({ A: { Type: 'Pass', Output: '{% $states.input.items[$ > 3] %}', End: true } }),
  hof: m({ A: { Type: 'Pass', Output: '{% $map($states.input.items, function($v,$i){ $v*$i }) %}', End: true } }),
  focus: m({ A: { Type: 'Pass', Output: '{% $states.input.a@$l.b#$i.{"x":$l,"i":$i} %}', End: true } }),
  timeoutexpr: m({ A: { ...T, TimeoutSeconds: '{% $states.input.t %}', HeartbeatSeconds: '{% $states.input.h %}' } }),
  cred: m({ A: { ...T, Credentials: { RoleArn: '{% $states.input.r %}' } } }),
  credlit: m({ A: { ...T, Credentials: { RoleArn: 'arn:aws:iam::111122223333:role/x' } } }),
  map: m({
    A: {
      Type: 'Map',
      Items: [1, 2],
      MaxConcurrency: '{% 2 %}',
      ToleratedFailurePercentage: '{% 50 %}',
      ToleratedFailureCount: 2,
      ItemSelector: { a: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
      End: true,
    },
  }),
  map2: m({
    A: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemSelector: '{% {"x":1} %}',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'B',
        States: { B: { Type: 'Succeed', Output: '{% 1 %}' } },
      },
      End: true,
    },
  }),
  distmap: m({
    A: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'B',
        States: { B: { Type: 'Pass', End: true } },
      },
      Label: 'x',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Arguments: { Bucket: 'b', Key: 'k' },
      },
      End: true,
    },
  }),
  parallel: m({
    A: {
      Type: 'Parallel',
      Arguments: { a: 1 },
      Branches: [
        { StartAt: 'B', States: { B: { Type: 'Pass', Assign: { v: 1 }, End: true } } },
        { StartAt: 'C', States: { C: { Type: 'Pass', Assign: { v: 2 }, End: true } } },
      ],
      End: true,
    },
  }),
  parArgsExpr: m({
    A: {
      Type: 'Parallel',
      Arguments: '{% $states.input %}',
      Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', End: true } } }],
      End: true,
    },
  }),
  wait: m({
    A: { Type: 'Wait', Seconds: '{% 3 %}', Next: 'B' },
    B: { Type: 'Wait', Timestamp: '{% $now() %}', Next: 'C' },
    C: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', Next: 'D' },
    D: { Type: 'Wait', Seconds: 0, End: true },
  }),
  fail: m({ A: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: '{% "x" & 1 %}' } }),
  fail2: m({ A: { Type: 'Fail' } }),
  catchA: m({
    A: {
      ...T,
      Catch: [
        {
          ErrorEquals: ['E'],
          Assign: { e: '{% $states.errorOutput %}' },
          Output: '{% $states.errorOutput.Error %}',
          Next: 'B',
        },
        { ErrorEquals: ['States.ALL'], Next: 'B' },
      ],
    },
    B: { Type: 'Pass', Output: '{% $e %}', End: true },
  }),
  retry: m({
    A: {
      ...T,
      Retry: [
        {
          ErrorEquals: ['Lambda.TooManyRequestsException', 'States.Timeout', 'States.HeartbeatTimeout'],
          IntervalSeconds: 1,
          MaxAttempts: 0,
          BackoffRate: 1,
          MaxDelaySeconds: 10,
          JitterStrategy: 'FULL',
        },
        { ErrorEquals: ['States.ALL'] },
      ],
    },
  }),
  choice: m({
    A: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.x = 1 %}', Assign: { q: 1 }, Output: '{% 2 %}', Next: 'B', Comment: 'c' },
      ],
      Default: 'B',
      Assign: { q: 0 },
      Output: { z: 1 },
    },
    B: { Type: 'Pass', Output: '{% $q %}', End: true },
  }),
  token: m({
    A: {
      ...T,
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f', Payload: { t: '{% $states.context.Task.Token %}' } },
      HeartbeatSeconds: 5,
      TimeoutSeconds: 10,
    },
  }),
  sdk: m({ A: { ...T, Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem', Arguments: { TableName: 't' } } }),
  sync: m({
    A: { ...T, Resource: 'arn:aws:states:::states:startExecution.sync:2', Arguments: { StateMachineArn: 'x' } },
  }),
  lambdaarn: m({ A: { ...T, Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f' } }),
  activity: m({ A: { ...T, Resource: 'arn:aws:states:eu-west-1:111122223333:activity:f' } }),
  comment: m({ A: { Type: 'Pass', Comment: 'why', End: true } }, { Comment: 'x', TimeoutSeconds: 60, Version: '1.0' }),
  statesArr: m({
    A: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: '{% $states.input %}',
      Assign: {
        a: '{% $states.result %}',
        u: '{% $uuid() & $hash("a","MD5") & $string($random()) %}',
        p: '{% $partition($range(1,4,1),2) %}',
      },
      Output: '{% $states.result.Payload %}',
      Next: 'B',
    },
    B: { Type: 'Pass', Output: { a: '{% $a %}', p: '{% $u & $string($p) %}' }, End: true },
  }),
  subst: m({ A: { Type: 'Task', Resource: '${Fn}', Arguments: { FunctionName: '${F}' }, End: true } }),
  jsonpath: {
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Result: { a: 1 }, ResultPath: '$.x', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Variable: '$.x.a', NumericEquals: 1, Next: 'C' }] },
      C: { Type: 'Succeed' },
    },
  },
  mixed: { StartAt: 'A', States: { A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}', End: true } } },
  uni: m({ A: { Type: 'Pass', Assign: { größe: 1 }, Output: '{% $größe %}', End: true } }),
};
const P = (o: Record<string, unknown>) => m({ A: { Type: 'Pass', End: true, ...o } });
const R = (r: unknown) => m({ A: { ...T, Retry: Array.isArray(r) ? r : [r] } });
const broken: Record<string, Record<string, unknown>> = {
  unreachable: m({ A: { Type: 'Pass', End: true }, B: { Type: 'Pass', End: true } }),
  nonext: m({ A: { Type: 'Pass' } }),
  badnext: m({ A: { Type: 'Pass', Next: 'Z' } }),
  badcatch: m({ A: { ...T, Catch: [{ ErrorEquals: ['E'], Next: 'Z' }] } }),
  baddefault: m({
    A: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'B' }], Default: 'Z' },
    B: { Type: 'Succeed' },
  }),
  badstart: { ...m({ A: { Type: 'Pass', End: true } }), StartAt: 'Q' },
  syntax: P({ Output: '{% 1 + %}' }),
  unknownfield: P({ Foo: 1 }),
  unknowntype: m({ A: { Type: 'Foo', End: true } }),
  retryunknown: R({ ErrorEquals: ['E'], Foo: 1 }),
  backoff: R({ ErrorEquals: ['E'], BackoffRate: 0.5 }),
  resultpath: P({ ResultPath: '$.x' }),
  params: m({ A: { ...T, Parameters: {} } }),
  allnotlast: R([{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }]),
  allnotalone: R({ ErrorEquals: ['States.ALL', 'E'] }),
  dup: m({
    A: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
      ],
      End: true,
    },
  }),
  cred: m({ A: { ...T, Credentials: { Role: 'x' } } }),
  hb: m({ A: { ...T, TimeoutSeconds: 5, HeartbeatSeconds: 5 } }),
  maxdelay: R({ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 3 }),
  outer: m({
    A: { Type: 'Pass', Assign: { v: 1 }, Next: 'P' },
    P: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Assign: { v: 2 }, End: true } } }],
      End: true,
    },
  }),
  reserved: P({ Assign: { states: 1 } }),
  eval: P({ Output: '{% $eval("1") %}' }),
  passresult: P({ Output: '{% $states.result %}' }),
  erroutput: P({ Output: '{% $states.errorOutput %}' }),
  undef: P({ Output: '{% $nope %}' }),
  unknownerr: R({ ErrorEquals: ['States.Foo'] }),
  next_end: P({ Next: 'A' }),
  nochoices: m({ A: { Type: 'Choice', Choices: [], Default: 'B' }, B: { Type: 'Succeed' } }),
  choicenocond: m({ A: { Type: 'Choice', Choices: [{ Next: 'B' }] }, B: { Type: 'Succeed' } }),
  choicevar: m({
    A: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'B' }] },
    B: { Type: 'Succeed' },
  }),
  noresource: m({ A: { Type: 'Task', End: true } }),
  badres: m({ A: { ...T, Resource: 'lambda' } }),
  mapnoproc: m({ A: { Type: 'Map', Items: [], End: true } }),
  wait2: m({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }),
  wait0: m({ A: { Type: 'Wait', End: true } }),
  negwait: m({ A: { Type: 'Wait', Seconds: -1, End: true } }),
  failnext: m({ A: { Type: 'Fail', Next: 'A' } }),
  succnext: m({ A: { Type: 'Succeed', Next: 'A' } }),
  passretry: P({ Retry: [{ ErrorEquals: ['E'] }] }),
  emptyeq: R({ ErrorEquals: [] }),
  noeq: R({ MaxAttempts: 1 }),
  neginterval: R({ ErrorEquals: ['E'], IntervalSeconds: 0 }),
  negattempts: R({ ErrorEquals: ['E'], MaxAttempts: -1 }),
  fracatt: R({ ErrorEquals: ['E'], MaxAttempts: 1.5 }),
  jitter: R({ ErrorEquals: ['E'], JitterStrategy: 'SOME' }),
  ql: m({ A: { Type: 'Pass', QueryLanguage: 'JSONPath', End: true } }),
  longname: m({ ['A'.repeat(81)]: { Type: 'Pass', End: true } }),
  nostart: { QueryLanguage: 'JSONata', States: { A: { Type: 'Pass', End: true } } },
  nostates: { QueryLanguage: 'JSONata', StartAt: 'A' },
  crossbranch: m({
    A: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Next: 'C' } } }], Next: 'C' },
    C: { Type: 'Succeed' },
  }),
  loop: m({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
  timeout0: m({ A: { ...T, TimeoutSeconds: 0 } }),
  mtimeout: m({ A: { Type: 'Pass', End: true } }, { TimeoutSeconds: 0 }),
  assignarr: P({ Assign: [1] }),
  varname: P({ Assign: { 'a b': 1 } }),
  innerread: m({
    A: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', Assign: { v: 1 }, End: true } } }],
      Next: 'C',
    },
    C: { Type: 'Pass', Output: '{% $v %}', End: true },
  }),
  argsresult: m({ A: { ...T, Arguments: { x: '{% $states.result %}' } } }),
  statesfoo: P({ Output: '{% $states.foo %}' }),
  catchnext: m({ A: { ...T, Catch: [{ ErrorEquals: ['E'] }] } }),
  ts: m({ A: { Type: 'Wait', Timestamp: 'yesterday', End: true } }),
  condstr: m({ A: { Type: 'Choice', Choices: [{ Condition: 'x', Next: 'B' }] }, B: { Type: 'Succeed' } }),
  emptybr: m({ A: { Type: 'Parallel', Branches: [], End: true } }),
  tol: m({
    A: {
      Type: 'Map',
      ToleratedFailurePercentage: 101,
      ItemProcessor: { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
      End: true,
    },
  }),
  endfalse: m({ A: { Type: 'Pass', End: false } }),
  emptystates: m({}),
  passinput: P({ InputPath: '$.x' }),
};

describe('legal definitions', () => {
  test.each(Object.entries(legal))('%s has no findings', async (_name, definition) => {
    const before = structuredClone(definition);
    expect(await checkDefinition(definition)).toEqual([]);
    expect(definition).toEqual(before);
  });
});

describe('broken definitions', () => {
  test.each(Object.entries(broken))('%s is refused', async (_name, definition) => {
    expect((await checkDefinition(definition)).length).toBeGreaterThan(0);
  });
});

/** Faults that no published validator names: rule and place. */
const own: [keyof typeof broken, string, string][] = [
  ['cred', 'credentials', '$.States.A.Credentials'],
  ['hb', 'heartbeat-below-timeout', '$.States.A.HeartbeatSeconds'],
  ['maxdelay', 'max-delay', '$.States.A.Retry[0].MaxDelaySeconds'],
  ['outer', 'outer-variable', '$.States.P.Branches[0].States.B.Assign.v'],
  ['reserved', 'reserved-variable', '$.States.A.Assign.states'],
  ['eval', 'no-eval', '$.States.A.Output'],
  ['passresult', 'states-member', '$.States.A.Output'],
  ['erroutput', 'states-member', '$.States.A.Output'],
  ['statesfoo', 'states-member', '$.States.A.Output'],
  ['argsresult', 'states-member', '$.States.A.Arguments.x'],
  ['undef', 'undefined-variable', '$.States.A.Output'],
  ['innerread', 'undefined-variable', '$.States.C.Output'],
  ['unknownerr', 'unknown-states-error', '$.States.A.Retry[0].ErrorEquals'],
  ['allnotlast', 'states-all-last', '$.States.A.Retry[0].ErrorEquals'],
  ['allnotalone', 'states-all-alone', '$.States.A.Retry[0].ErrorEquals'],
  ['dup', 'duplicate-state-name', '$.States.A.Branches[1].States.B'],
  ['syntax', 'jsonata-syntax', '$.States.A.Output'],
  ['varname', 'variable-name', '$.States.A.Assign.a b'],
  ['ql', 'query-language', '$.States.A.QueryLanguage'],
  ['resultpath', 'json-path-field', '$.States.A.ResultPath'],
  ['neginterval', 'retrier-bounds', '$.States.A.Retry[0].IntervalSeconds'],
  ['jitter', 'jitter', '$.States.A.Retry[0].JitterStrategy'],
  ['emptyeq', 'error-equals', '$.States.A.Retry[0]'],
  ['passretry', 'error-handling-where-none-is', '$.States.A.Retry'],
  ['condstr', 'condition', '$.States.A.Choices[0].Condition'],
  ['tol', 'number-bounds', '$.States.A.ToleratedFailurePercentage'],
  ['mtimeout', 'number-bounds', '$.TimeoutSeconds'],
];

test.each(own)('%s is found as %s at %s', async (name, rule, path) => {
  expect(await checkDefinition(broken[name])).toContainEqual({ rule, path, message: expect.any(String) });
});

test('what the published validators find has a path', async () => {
  const findings = await checkDefinition(broken.unknownfield);
  expect(findings).toContainEqual({
    rule: 'states-language-service',
    path: '$.States.A.Foo',
    message: expect.any(String),
  });
});

test('Credentials of another state, and as a text, are refused', async () => {
  const rules = async (state: Record<string, unknown>) =>
    (await checkDefinition(m({ A: state }))).map(({ rule }) => rule);
  expect(await rules({ Type: 'Pass', Credentials: { RoleArn: 'r' }, End: true })).toContain('credentials');
  expect(await rules({ ...T, Credentials: 'r' })).toContain('credentials');
});

test('anything but an object is refused', async () => {
  expect(await checkDefinition([])).toEqual([
    { path: '$', rule: 'definition', message: 'a state machine definition is a JSON object' },
  ]);
});

test('states that are no objects are named on every level', async () => {
  const inner = { StartAt: 'C', States: { C: null } };
  const parallel = { Type: 'Parallel', Branches: [1, inner], End: true };
  const findings = await checkDefinition(m({ A: 5, B: parallel }));
  expect(findings.map(({ path, rule }) => `${rule} ${path}`)).toEqual([
    'state-object $.States.A',
    'state-object $.States.B.Branches[1].States.C',
  ]);
});

test('fields of the wrong type do not stop the check', async () => {
  const branches = m({ A: { Type: 'Parallel', Branches: [1], End: true } });
  expect((await checkDefinition(branches)).length).toBeGreaterThan(0);
  expect((await checkDefinition({ StartAt: 'A', States: 7 })).length).toBeGreaterThan(0);
  expect((await checkDefinition(m({ A: { ...T, Retry: 5, Catch: 'x' } }))).length).toBeGreaterThan(0);
});
