import { describe, expect, test } from '@jest/globals';
import type { ServiceEvent } from '../../../../../lib/rehearsal/aws/eventbridge/eventbridge-service.ts';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { SfnService } from '../../../../../lib/rehearsal/aws/sfn/sfn-service.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-central-1';
const functionArn = `arn:aws:lambda:${region}:${accountId}:function:claim`;
const TopicArn = `arn:aws:sns:${region}:${accountId}:operators`;
const RoleArn = `arn:aws:iam::${accountId}:role/failover`;
const stateMachineArn = `arn:aws:states:${region}:${accountId}:stateMachine:failover`;
const executionArn = `${stateMachineArn.replace('stateMachine', 'execution')}:one`;
type Json = Record<string, unknown>;

const claim = {
  Type: 'Task',
  Comment: 'Asks a function',
  Resource: 'arn:aws:states:::lambda:invoke',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a substitution of CloudFormation
  Arguments: { FunctionName: '${ClaimFunctionArn}', Payload: { epoch: '{% $states.input.epoch %}' } },
  Output: '{% $states.result.Payload %}',
  TimeoutSeconds: 60,
  End: true,
};
const machineOf = (States: Json, more: Json = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});
const waitThen = (next: Json) => machineOf({ Pause: { Type: 'Wait', Seconds: 30, Next: 'Then' }, Then: next });

function stepFunctions(definition: unknown = machineOf({ Claim: claim }), properties: Json = {}) {
  const world = new WorldFake();
  const events: ServiceEvent[] = [];
  const metrics: string[] = [];
  const entered: string[] = [];
  const service = new SfnService(world, {
    access: world.access,
    events: { emit: (_region, event) => events.push(event) },
    metrics: { record: (_region, _namespace, name) => metrics.push(name) },
    onStateEntered: (_execution, stateName) => entered.push(stateName),
  });
  const create = () =>
    provision(
      service,
      'AWS::StepFunctions::StateMachine',
      {
        StateMachineName: 'failover',
        RoleArn,
        DefinitionString: JSON.stringify(definition),
        DefinitionSubstitutions: { ClaimFunctionArn: functionArn },
        ...properties,
      },
      region,
    );
  const ask = (operation: string, input: Json = {}, place = region) => send(service, place, operation, input);
  const start = (input: Json = { epoch: 1 }, name = 'one') =>
    ask('StartExecution', { stateMachineArn, name, input: JSON.stringify(input) });
  const run = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
  const answer = (payload: unknown, more: Json = {}) =>
    world.answers.set('lambda.Invoke', () => ({
      output: {
        StatusCode: 200,
        ExecutedVersion: '7',
        Payload: new TextEncoder().encode(JSON.stringify(payload)),
        ...more,
      },
    }));
  return { world, service, events, metrics, entered, create, ask, start, run, answer };
}
const described = (parts: ReturnType<typeof stepFunctions>) => parts.ask('DescribeExecution', { executionArn });

describe('an execution', () => {
  test('invokes a function under the role of its machine and ends with the answer', async () => {
    const parts = stepFunctions();
    expect(parts.create()).toEqual({ ref: stateMachineArn, attributes: { Arn: stateMachineArn, Name: 'failover' } });
    parts.answer({ epoch: 2 });
    expect(parts.start()).toEqual({ executionArn, startDate: new Date('2026-11-21T06:00:00Z') });
    expect(described(parts)).toMatchObject({ status: 'RUNNING', input: '{"epoch":1}' });
    await parts.run(10);
    const [invoke] = parts.world.callsTo('lambda', 'Invoke');
    expect(invoke?.caller).toEqual({ principal: RoleArn, name: `states:failover/one@${region}`, accountId, region });
    expect(invoke?.input).toMatchObject({ FunctionName: functionArn, InvocationType: 'RequestResponse' });
    expect(new TextDecoder().decode(invoke?.input.Payload as Uint8Array)).toBe('{"epoch":1}');
    expect(described(parts)).toMatchObject({
      name: 'one',
      status: 'SUCCEEDED',
      output: '{"epoch":2}',
      stopDate: expect.any(Date),
    });
    expect(parts.entered).toEqual(['Claim']);
    expect(parts.service.executions()[0]?.history.map(({ type }) => type)).toContain('ExecutionSucceeded');
    expect(parts.service.executions()[0]?.statesEntered).toEqual(['Claim']);
  });

  test('says on EventBridge and in metrics what becomes of it', async () => {
    const parts = stepFunctions();
    parts.create();
    parts.answer({});
    parts.start();
    await parts.run(10);
    expect(parts.metrics).toEqual(['ExecutionsStarted', 'ExecutionsSucceeded']);
    expect(parts.events).toMatchObject([
      {
        source: 'aws.states',
        detailType: 'Step Functions Execution Status Change',
        resources: [executionArn],
        detail: { status: 'RUNNING', stopDate: null, output: null },
      },
      {
        detail: {
          status: 'SUCCEEDED',
          name: 'one',
          stateMachineArn,
          startDate: Date.UTC(2026, 10, 21, 6),
          output: '{}',
          input: '{"epoch":1}',
        },
      },
    ]);
  });

  test.each<[string, Json | AwsServiceError, string, string]>([
    [
      'the function throws',
      { errorType: 'StaleEpochError', errorMessage: 'epoch moved', trace: ['at x'] },
      'StaleEpochError',
      '{"errorType":"StaleEpochError","errorMessage":"epoch moved","trace":["at x"]}',
    ],
    [
      'the function fails without saying how',
      {},
      'Lambda.Unknown',
      '{"errorType":"Lambda.Unknown","errorMessage":"","trace":[]}',
    ],
    [
      'it may not invoke',
      new AwsServiceError('AccessDeniedException', 'not authorized', 403),
      'Lambda.AWSLambdaException',
      'not authorized (Service: Lambda, Status Code: 403',
    ],
    [
      'it is throttled',
      new AwsServiceError('TooManyRequestsException', 'Rate exceeded', 429),
      'Lambda.TooManyRequestsException',
      'Rate exceeded',
    ],
  ])('fails when %s', async (_name, failure, error, cause) => {
    const parts = stepFunctions();
    parts.create();
    if (failure instanceof AwsServiceError) parts.world.answers.set('lambda.Invoke', () => ({ error: failure }));
    else parts.answer(failure, { FunctionError: 'Unhandled' });
    parts.start();
    await parts.run(10);
    expect(described(parts)).toMatchObject({ status: 'FAILED', error, cause: expect.stringContaining(cause) });
    expect(parts.events.at(-1)?.detail).toMatchObject({ status: 'FAILED', error });
    expect(parts.metrics.at(-1)).toBe('ExecutionsFailed');
  });

  test('takes an answer without payload as null', async () => {
    const parts = stepFunctions(machineOf({ Claim: { ...claim, Arguments: { FunctionName: functionArn } } }));
    parts.create();
    parts.world.answers.set('lambda.Invoke', () => ({ output: { StatusCode: 200 } }));
    parts.start();
    await parts.run(10);
    expect(described(parts)).toMatchObject({ status: 'SUCCEEDED', output: 'null' });
    expect(parts.world.callsTo('lambda', 'Invoke')[0]?.input).not.toHaveProperty('Payload');
  });

  test('publishes to a topic, objects as JSON', async () => {
    const page = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Arguments: { TopicArn, Message: { outcome: 'held' }, Subject: 'x' },
      End: true,
    };
    const parts = stepFunctions(machineOf({ Page: page }));
    parts.create();
    parts.world.answers.set('sns.Publish', () => ({ output: { MessageId: 'm' } }));
    parts.start();
    await parts.run(10);
    expect(parts.world.callsTo('sns', 'Publish')[0]?.input).toEqual({
      TopicArn,
      Message: '{"outcome":"held"}',
      Subject: 'x',
    });
    expect(JSON.parse(String(described(parts).output))).toMatchObject({ MessageId: 'm' });
  });

  test('fails with the name of SNS when the topic refuses', async () => {
    const page = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Arguments: { TopicArn, Message: 'x' },
      End: true,
    };
    const parts = stepFunctions(machineOf({ Page: page }));
    parts.create();
    parts.world.answers.set('sns.Publish', () => ({
      error: new AwsServiceError('NotFoundException', 'Topic does not exist', 404),
    }));
    parts.start();
    await parts.run(10);
    expect(described(parts)).toMatchObject({
      status: 'FAILED',
      error: 'SNS.NotFoundException',
      cause: 'Topic does not exist',
    });
  });

  test('can be stopped', async () => {
    const parts = stepFunctions(waitThen({ Type: 'Succeed' }));
    parts.create();
    parts.start();
    await parts.run(5);
    expect(parts.ask('StopExecution', { executionArn, error: 'Operator', cause: 'abort' })).toEqual({
      stopDate: new Date('2026-11-21T06:00:05Z'),
    });
    await parts.run(60);
    expect(described(parts)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'abort' });
    expect(parts.metrics).toEqual(['ExecutionsStarted', 'ExecutionsAborted']);
  });

  test('freezes with its region and never goes on', async () => {
    const parts = stepFunctions(waitThen({ Type: 'Succeed' }));
    parts.create();
    parts.start();
    await parts.run(5);
    const [execution] = parts.service.executions();
    expect(execution?.frozen).toBe(false);
    parts.world.downRegions.add(region);
    expect(execution?.frozen).toBe(true);
    await parts.run(43);
    parts.world.downRegions.clear();
    await parts.run(3600);
    expect([execution?.frozen, execution?.status, parts.entered]).toEqual([true, 'RUNNING', ['Pause']]);
  });

  test('goes on after a darkness in which it had nothing to do', async () => {
    const parts = stepFunctions(waitThen({ Type: 'Succeed' }));
    parts.create();
    parts.start();
    await parts.run(5);
    parts.world.downRegions.add(region);
    await parts.run(10);
    parts.world.downRegions.clear();
    await parts.run(60);
    expect(described(parts).status).toBe('SUCCEEDED');
  });
});

describe('a task that waits for its token', () => {
  const approve = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish.waitForTaskToken',
    Arguments: { TopicArn, Message: '{% $states.context.Task.Token %}' },
    HeartbeatSeconds: 20,
    End: true,
  };
  async function waiting() {
    const parts = stepFunctions(machineOf({ Approve: approve }));
    parts.create();
    parts.start();
    await parts.run(5);
    return { parts, taskToken: String(parts.world.callsTo('sns', 'Publish')[0]?.input.Message) };
  }

  test('ends with what is sent', async () => {
    const { parts, taskToken } = await waiting();
    await parts.run(10);
    expect(parts.ask('SendTaskHeartbeat', { taskToken })).toEqual({});
    await parts.run(15);
    expect(parts.ask('SendTaskSuccess', { taskToken, output: '{"by":"ann"}' })).toEqual({});
    await parts.run(1);
    expect(described(parts)).toMatchObject({ status: 'SUCCEEDED', output: '{"by":"ann"}' });
    expect(refused(() => parts.ask('SendTaskSuccess', { taskToken, output: '{}' })).name).toBe('TaskTimedOut');
  });

  test('fails with what is sent', async () => {
    const { parts, taskToken } = await waiting();
    parts.ask('SendTaskFailure', { taskToken, error: 'Denied', cause: 'no' });
    await parts.run(1);
    expect(described(parts)).toMatchObject({ status: 'FAILED', error: 'Denied', cause: 'no' });
  });

  test('fails without reasons, and not by what is no JSON or from another region', async () => {
    const { parts, taskToken } = await waiting();
    expect(refused(() => parts.ask('SendTaskSuccess', { taskToken, output: 'yes' })).name).toBe('InvalidOutput');
    expect(refused(() => parts.ask('SendTaskHeartbeat', { taskToken }, 'us-east-1')).name).toBe('TaskTimedOut');
    parts.ask('SendTaskFailure', { taskToken });
    await parts.run(1);
    expect(described(parts)).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
describe('the name of an execution', () => {
  test('started again with the same input while it runs is the same execution', async () => {
    const parts = stepFunctions();
    parts.create();
    const first = parts.start();
    await parts.run(0.0005);
    expect(parts.start()).toEqual(first);
    expect(parts.service.executions()).toHaveLength(1);
    expect(refused(() => parts.start({ epoch: 9 })).name).toBe('ExecutionAlreadyExists');
  });

  test('is taken for 90 days after it ended', async () => {
    const parts = stepFunctions();
    parts.create();
    parts.answer({});
    parts.start();
    await parts.run(10);
    expect(refused(() => parts.start())).toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    });
    await parts.run(90 * 86_400);
    expect(parts.start()).toMatchObject({ executionArn });
  });

  test('is made up when nobody gives one', () => {
    const parts = stepFunctions();
    parts.create();
    expect(String(parts.ask('StartExecution', { stateMachineArn }).executionArn)).toMatch(/:failover:[\da-f-]{36}$/);
  });

  test.each<[string, Json, string]>([
    ['no machine', { stateMachineArn: `${stateMachineArn}2` }, 'StateMachineDoesNotExist'],
    ['a name with a blank', { name: 'a b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'InvalidName'],
    ['input that is no JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['input over 256 KiB', { input: JSON.stringify('x'.repeat(262_144)) }, 'InvalidExecutionInput'],
  ])('with %s is refused', (_name, input, name) => {
    const parts = stepFunctions();
    parts.create();
    expect(refused(() => parts.ask('StartExecution', { stateMachineArn, ...input })).name).toBe(name);
  });
});

describe('executions', () => {
  test('are listed, the newest first', async () => {
    const parts = stepFunctions();
    parts.create();
    parts.answer({});
    parts.start({}, 'old');
    await parts.run(10);
    parts.start({}, 'new');
    const names = (input: Json) =>
      (parts.ask('ListExecutions', { stateMachineArn, ...input }).executions as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(names({})).toEqual(['new', 'old']);
    expect(names({ statusFilter: 'RUNNING' })).toEqual(['new']);
    expect(() => names({ maxResults: 1 })).toThrow('not simulated: Step Functions ListExecutions nextToken');
  });

  test('that are not there, and operations that are not simulated', () => {
    const parts = stepFunctions();
    parts.create();
    expect(refused(() => parts.ask('DescribeExecution', { executionArn })).name).toBe('ExecutionDoesNotExist');
    expect(refused(() => parts.ask('StopExecution', { executionArn }, 'us-east-1')).name).toBe('ExecutionDoesNotExist');
    expect(refused(() => parts.ask('StartSyncExecution')).name).toBe('UnknownOperationException');
    expect(() => parts.ask('StartExecution', { stateMachineArn, traceHeader: 'x' })).toThrow(
      'not simulated: Step Functions StartExecution traceHeader',
    );
  });

  test('are demanded of IAM by machine, execution or not at all', () => {
    const { service } = stepFunctions();
    const demand = (operation: string, input: Json) =>
      service.demands({ caller: caller(region), region, operation, input })[0];
    expect(demand('StartExecution', { stateMachineArn })).toEqual({
      action: 'states:StartExecution',
      resource: stateMachineArn,
    });
    expect(demand('DescribeExecution', { executionArn })?.resource).toBe(executionArn);
    expect(demand('SendTaskSuccess', { taskToken: 'x' })?.resource).toBe('*');
    expect(() => demand('TestState', {})).toThrow('not simulated: Step Functions TestState');
  });
});

describe('a state machine at deployment', () => {
  const nested = (task: Json) => ({
    Type: 'Parallel',
    Branches: [
      machineOf({
        Each: { Type: 'Map', Items: [1], ItemProcessor: { StartAt: 'Inner', States: { Inner: task } }, End: true },
      }),
    ].map(({ QueryLanguage: _q, ...branch }) => branch),
    End: true,
  });

  test.each<[string, unknown, Json, string]>([
    [
      'an integration that is not simulated',
      machineOf({ Claim: { ...claim, Resource: 'arn:aws:states:::sqs:sendMessage' } }),
      {},
      'Claim: not simulated: Resource arn:aws:states:::sqs:sendMessage',
    ],
    [
      'one inside a branch',
      machineOf({ All: nested({ ...claim, Resource: 'arn:aws:states:::glue:startJobRun.sync' }) }),
      {},
      'Inner: not simulated: Resource arn:aws:states:::glue:startJobRun.sync',
    ],
    [
      'credentials',
      machineOf({ Claim: { ...claim, Credentials: { RoleArn } } }),
      {},
      'Claim: not simulated: Credentials',
    ],
    [
      'a substitution that nobody gives',
      undefined,
      { DefinitionSubstitutions: undefined },
      'DefinitionSubstitutions lack ClaimFunctionArn',
    ],
    [
      'JSONPath',
      { ...machineOf({ Claim: claim }), QueryLanguage: 'JSONPath' },
      {},
      'this runner does not run JSONPath',
    ],
    ['text that is no JSON', undefined, { DefinitionString: '{' }, 'the definition is not JSON'],
    ['no definition', undefined, { DefinitionString: undefined }, 'either DefinitionString or Definition'],
    ['the express type', undefined, { StateMachineType: 'EXPRESS' }, 'not simulated: StateMachineType EXPRESS'],
    ['a property that is not simulated', undefined, { EncryptionConfiguration: {} }, 'EncryptionConfiguration'],
  ])('with %s is refused', (_name, definition, properties, message) => {
    expect(() => stepFunctions(definition, properties).create()).toThrow(message);
  });

  test('that logs needs a role that may deliver logs', () => {
    const LogGroupArn = `arn:aws:logs:${region}:${accountId}:log-group:failover:*`;
    const Destinations = [{ CloudWatchLogsLogGroup: { LogGroupArn } }];
    const logging = (Level: string) => {
      const parts = stepFunctions(undefined, { LoggingConfiguration: { Level, Destinations } });
      parts.world.denied.add('logs:CreateLogDelivery');
      return parts;
    };
    expect(() => logging('ALL').create()).toThrow(
      /not authorized to access the Log Destination \(.*needs logs:CreateLogDelivery on \*\)/,
    );
    expect(logging('OFF').create().ref).toBe(stateMachineArn);
  });

  test('needs a role that Step Functions can assume, and a name of its own', () => {
    const parts = stepFunctions();
    parts.create();
    expect(() => parts.create()).toThrow(`state machine failover exists in ${region} already`);
    const other = stepFunctions();
    other.world.untrusted.add(`${RoleArn} states.amazonaws.com`);
    expect(() => other.create()).toThrow(`states.amazonaws.com is not authorized to assume ${RoleArn}`);
  });

  test('may be given as an object', () => {
    const parts = stepFunctions(undefined, {
      DefinitionString: undefined,
      Definition: machineOf({ Claim: claim }),
      StateMachineName: undefined,
    });
    expect(parts.create().ref).toContain('stateMachine:estate-Thing-1A2B3C');
  });

  test('is checked as AWS checks it', async () => {
    const good = stepFunctions();
    good.create();
    await expect(good.service.checkDefinitions()).resolves.toBeUndefined();
    const bad = stepFunctions(machineOf({ Claim: { ...claim, Retry: [{ ErrorEquals: ['States.Nonsense'] }] } }));
    bad.create();
    await expect(bad.service.checkDefinitions()).rejects.toThrow(`failover@${region}`);
  });
});
