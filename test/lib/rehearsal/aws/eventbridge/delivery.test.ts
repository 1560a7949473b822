import { describe, expect, test } from '@jest/globals';
import { EventBridgeService } from '../../../../../lib/rehearsal/aws/eventbridge/eventbridge-service.ts';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { accountId, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';
const functionArn = `arn:aws:lambda:${region}:${accountId}:function:assess`;
const queueArn = `arn:aws:sqs:${region}:${accountId}:dead`;
const ruleArn = `arn:aws:events:${region}:${accountId}:rule/watch`;
const lambdaTarget = { Id: 'T', Arn: functionArn };
const entry = { Source: 'lifeboat', DetailType: 'Signal Observed', Detail: '{"state":"unhealthy"}' };

function bus(...targets: Record<string, unknown>[]) {
  const world = new WorldFake();
  const service = new EventBridgeService(world, { access: world.access });
  const rule = (properties: Record<string, unknown> = {}) =>
    provision(
      service,
      'AWS::Events::Rule',
      { Name: 'watch', EventPattern: { source: ['lifeboat'] }, Targets: targets, ...properties },
      region,
    );
  const put = (...Entries: Record<string, unknown>[]) => send(service, region, 'PutEvents', { Entries });
  const run = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
  return { world, service, rule, put, run };
}
const bodyOf = (payload: unknown) => JSON.parse(new TextDecoder().decode(payload as Uint8Array));

describe('delivery of an event', () => {
  test('a function is invoked asynchronously with the event, by EventBridge on behalf of the rule', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    expect(rule()).toEqual({ ref: 'watch', attributes: { Arn: ruleArn } });
    const answer = put(entry);
    await run(1);
    const [call] = world.callsTo('lambda', 'Invoke');
    expect(call?.caller).toMatchObject({
      principal: 'service:events.amazonaws.com',
      sourceArn: ruleArn,
      region,
      name: `events:watch@${region}`,
    });
    expect(call?.input).toMatchObject({ FunctionName: functionArn, InvocationType: 'Event' });
    expect(bodyOf(call?.input.Payload)).toEqual({
      version: '0',
      id: (answer.Entries as { EventId: string }[])[0]?.EventId,
      'detail-type': 'Signal Observed',
      source: 'lifeboat',
      account: accountId,
      time: '2026-11-21T06:00:00Z',
      region,
      resources: [],
      detail: { state: 'unhealthy' },
    });
    expect(answer.FailedEntryCount).toBe(0);
  });

  test('it is not instantaneous', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule();
    put(entry);
    await run(0.03);
    expect(world.calls).toEqual([]);
  });

  test('an event that no rule matches goes nowhere, nor one of a disabled rule', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule({ EventPattern: { source: ['other'] } });
    rule({ State: 'DISABLED' });
    put(entry);
    await run(10);
    expect(world.calls).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['Input', { Input: '{"fixed":1}' }, '{"fixed":1}'],
    ['InputPath', { InputPath: '$.detail.state' }, '"unhealthy"'],
    ['an InputPath to nothing', { InputPath: '$.detail.none' }, '{}'],
    [
      'InputTransformer',
      { InputTransformer: { InputPathsMap: { s: '$.detail.state' }, InputTemplate: '{"is": <s>}' } },
      '{"is": "unhealthy"}',
    ],
  ])('%s decides what the target gets', async (_name, way, expected) => {
    const { world, rule, put, run } = bus({ ...lambdaTarget, ...way });
    rule();
    put(entry);
    await run(1);
    expect(new TextDecoder().decode(world.callsTo('lambda', 'Invoke')[0]?.input.Payload as Uint8Array)).toBe(expected);
  });

  test('queues, topics and state machines get it in their own way', async () => {
    const role = `arn:aws:iam::${accountId}:role/start`;
    const { world, rule, put, run } = bus(
      { Id: 'Q', Arn: queueArn, Input: '"q"' },
      {
        Id: 'N',
        Arn: `arn:aws:sns:${region}:${accountId}:pages`,
        InputTransformer: { InputTemplate: '"a <aws.events.rule-name>"' },
      },
      { Id: 'M', Arn: `arn:aws:states:${region}:${accountId}:stateMachine:failover`, RoleArn: role, Input: '{}' },
    );
    rule();
    put(entry);
    await run(1);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input).toEqual({
      QueueUrl: `https://sqs.${region}.amazonaws.com/${accountId}/dead`,
      MessageBody: '"q"',
    });
    expect(world.callsTo('sns', 'Publish')[0]?.input).toEqual({
      TopicArn: `arn:aws:sns:${region}:${accountId}:pages`,
      Message: 'a watch',
    });
    const [start] = world.callsTo('sfn', 'StartExecution');
    expect(start?.input).toMatchObject({
      stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:failover`,
      input: '{}',
    });
    expect(start?.caller.principal).toBe(role);
  });

  test('everything twice: the same event with the same id', async () => {
    const { world, service, rule, put, run } = bus(lambdaTarget);
    service.setDuplicateEverything(true);
    rule();
    put(entry);
    await run(10);
    const ids = world.callsTo('lambda', 'Invoke').map((call) => bodyOf(call.input.Payload).id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('services put events on the default bus of their region', async () => {
    const { world, service, rule, run } = bus(lambdaTarget);
    rule({ EventPattern: { source: ['aws.cloudwatch'] } });
    const happened = { source: 'aws.cloudwatch', detailType: 'X', resources: ['arn:alarm'], detail: {} };
    service.emit(region, happened);
    service.emit('eu-central-1', happened);
    await run(1);
    expect(world.calls).toHaveLength(1);
  });

  test('a bus of its own has its own rules', async () => {
    const { world, service, rule, put, run } = bus(lambdaTarget);
    expect(() => rule({ EventBusName: 'own' })).toThrow(`there is no event bus own in ${region}`);
    const made = provision(service, 'AWS::Events::EventBus', { Name: 'own' }, region);
    expect(made.attributes).toEqual({ Name: 'own', Arn: `arn:aws:events:${region}:${accountId}:event-bus/own` });
    expect(rule({ EventBusName: made.attributes.Arn })).toEqual({
      ref: 'own|watch',
      attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/own/watch` },
    });
    put(entry);
    await run(1);
    expect(world.calls).toHaveLength(0);
    put({ ...entry, EventBusName: 'own' });
    await run(1);
    expect(world.calls).toHaveLength(1);
  });
});

describe('a delivery that fails', () => {
  const throttled = () => ({ error: new AwsServiceError('TooManyRequestsException', 'Rate exceeded', 429) });

  test('is tried again with growing pauses until it works', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule();
    let failures = 3;
    world.answers.set('lambda.Invoke', () => (failures-- > 0 ? throttled() : { output: {} }));
    put(entry);
    await run(3600);
    const times = world.calls.map(({ atMs }) => atMs);
    expect(times).toHaveLength(4);
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses[0]).toBeGreaterThanOrEqual(500);
    expect(pauses[2]).toBeGreaterThan(pauses[0]!);
  });

  test('ends in the dead-letter queue after the attempts of its rule', async () => {
    const { world, rule, put, run } = bus({
      ...lambdaTarget,
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: queueArn },
    });
    rule();
    world.answers.set('lambda.Invoke', throttled);
    put(entry);
    await run(3600);
    expect(world.callsTo('lambda', 'Invoke')).toHaveLength(3);
    const [dead] = world.callsTo('sqs', 'SendMessage');
    expect(dead?.caller).toMatchObject({ principal: 'service:events.amazonaws.com', sourceArn: ruleArn });
    expect(JSON.parse(String(dead?.input.MessageBody))).toMatchObject({ source: 'lifeboat' });
    expect(dead?.input.MessageAttributes).toEqual({
      RULE_ARN: { DataType: 'String', StringValue: ruleArn },
      TARGET_ARN: { DataType: 'String', StringValue: functionArn },
      ERROR_CODE: { DataType: 'String', StringValue: 'TooManyRequestsException' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: 'Rate exceeded' },
      RETRY_ATTEMPTS: { DataType: 'String', StringValue: '2' },
      EXHAUSTED_RETRY_CONDITION: { DataType: 'String', StringValue: 'MaximumRetryAttempts' },
    });
  });

  test('ends when the event is too old', async () => {
    const { world, rule, put, run } = bus({
      ...lambdaTarget,
      RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: queueArn },
    });
    rule();
    world.answers.set('lambda.Invoke', throttled);
    put(entry);
    await run(3600);
    const last = world.calls.filter(({ service }) => service === 'lambda').at(-1)?.atMs ?? 0;
    expect(last - world.calls[0]!.atMs).toBeLessThanOrEqual(60_000);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' },
    });
  });

  test('is not tried again when it is not allowed, and is lost without a queue', async () => {
    const { world, service, rule, put, run } = bus(lambdaTarget);
    rule();
    world.answers.set('lambda.Invoke', () => ({ error: new AwsServiceError('AccessDeniedException', 'no', 403) }));
    put(entry);
    await run(3600);
    expect(world.calls).toHaveLength(1);
    expect(service.lostDeliveries).toBe(1);
  });

  test('is lost when the queue does not take it either', async () => {
    const { world, service, rule, put, run } = bus({
      ...lambdaTarget,
      DeadLetterConfig: { Arn: queueArn },
      RetryPolicy: { MaximumRetryAttempts: 0 },
    });
    rule();
    world.answers.set('lambda.Invoke', throttled);
    world.answers.set('sqs.SendMessage', () => ({ error: new AwsServiceError('AccessDenied', 'no', 403) }));
    put(entry);
    await run(60);
    expect(service.lostDeliveries).toBe(1);
  });

  test('ends at once when the role cannot be assumed', async () => {
    const RoleArn = `arn:aws:iam::${accountId}:role/start`;
    const { world, rule, put, run } = bus({ ...lambdaTarget, RoleArn, DeadLetterConfig: { Arn: queueArn } });
    rule();
    world.untrusted.add(`${RoleArn} events.amazonaws.com`);
    put(entry);
    await run(60);
    expect(world.callsTo('lambda', 'Invoke')).toHaveLength(0);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
  });

  test('is tried again when nobody answers', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule();
    let answers = false;
    const deliver = world.bus.call;
    Object.assign(world.bus, {
      call: (...call: Parameters<typeof deliver>) =>
        deliver(call[0], call[1], (result) => (answers ? call[2](result) : undefined)),
    });
    put(entry);
    await run(20);
    answers = true;
    await run(60);
    expect(world.calls).toHaveLength(2);
  });

  test('waits while its region is dark', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule();
    put(entry);
    world.downRegions.add(region);
    await run(43);
    expect(world.calls).toHaveLength(0);
    world.downRegions.clear();
    await run(10);
    expect(world.calls).toHaveLength(1);
  });
});

describe('PutEvents', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ ...entry, Source: undefined }, 'InvalidArgument'],
    [{ ...entry, Detail: '' }, 'InvalidArgument'],
    [{ ...entry, Source: 'aws.health' }, 'NotAuthorizedForSource'],
    [{ ...entry, Detail: '[1]' }, 'MalformedDetail'],
    [{ ...entry, Detail: '{' }, 'MalformedDetail'],
  ])('%j fails by itself', (bad, ErrorCode) => {
    const { put } = bus();
    expect(put(entry, bad)).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode }],
    });
  });

  test('the time of an entry is the time of the event', async () => {
    const { world, rule, put, run } = bus(lambdaTarget);
    rule();
    put({ ...entry, Time: new Date('2026-01-01T00:00:00.500Z'), Resources: ['arn:x'] });
    await run(1);
    expect(bodyOf(world.calls[0]?.call.input.Payload)).toMatchObject({
      time: '2026-01-01T00:00:00Z',
      resources: ['arn:x'],
    });
  });

  test('a request is at most 256 KiB and ten entries', () => {
    const { put } = bus();
    const Detail = JSON.stringify({ x: 'x'.repeat(256 * 1024) });
    expect(refused(() => put({ ...entry, Detail, Time: new Date() })).message).toContain('over the limit');
    expect(refused(() => put(...Array.from({ length: 11 }, () => entry))).name).toBe('ValidationException');
  });

  test('what is not simulated is named', () => {
    const { service, put } = bus();
    expect(() => put({ ...entry, TraceHeader: 'x' })).toThrow(
      'not simulated: EventBridge PutEvents Entries.0.TraceHeader',
    );
    expect(refused(() => send(service, region, 'PutRule', {})).name).toBe('UnknownOperationException');
  });

  test('the caller must be allowed to put on each bus, by source and type', () => {
    const { service } = bus();
    const call = (operation: string) => ({
      caller: { principal: 'r', name: 'n', accountId, region },
      region,
      operation,
      input: { Entries: [entry, { EventBusName: 'own' }] },
    });
    expect(service.demands(call('PutEvents'))).toEqual([
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${region}:${accountId}:event-bus/default`,
        context: { 'events:source': 'lifeboat', 'events:detail-type': 'Signal Observed' },
      },
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${region}:${accountId}:event-bus/own`,
        context: { 'events:source': '', 'events:detail-type': '' },
      },
    ]);
    expect(() => service.demands(call('PutRule'))).toThrow('not simulated: EventBridge PutRule');
  });
});

describe('a rule that is refused at deployment', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a schedule', { ScheduleExpression: 'rate(1 minute)' }, 'ScheduleExpression'],
    ['a wrong pattern', { EventPattern: { source: [{ cidr: 'x' }] } }, 'not simulated: operator cidr'],
    [
      'another region',
      { Targets: [{ Id: 'T', Arn: functionArn.replace(region, 'us-east-1') }] },
      'is in another region',
    ],
    [
      'another kind of target',
      { Targets: [{ Id: 'T', Arn: `arn:aws:kinesis:${region}:${accountId}:stream/x` }] },
      'not simulated: target',
    ],
    [
      'a state machine without a role',
      { Targets: [{ Id: 'T', Arn: `arn:aws:states:${region}:${accountId}:stateMachine:x` }] },
      'needs RoleArn',
    ],
    [
      'two inputs',
      { Targets: [{ ...lambdaTarget, Input: '{}', InputPath: '$' }] },
      'one of Input, InputPath and InputTransformer',
    ],
    [
      'a retry for ever',
      { Targets: [{ ...lambdaTarget, RetryPolicy: { MaximumRetryAttempts: 186 } }] },
      'MaximumRetryAttempts',
    ],
  ])('%s', (_name, properties, message) => {
    expect(() => bus(lambdaTarget).rule(properties)).toThrow(message);
  });
});
