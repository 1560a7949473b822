import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { signedHeaders } from '../../../../../lib/rehearsal/aws/sts/signed-request.ts';
import type { HttpResponse } from '../../../../../lib/rehearsal/network/internet.ts';
import { bundleFixtures } from './bundled-fixtures.ts';
import { accountId, operator, region, smallWorld } from './small-world.ts';

const folders = bundleFixtures('runtime-calls', 'broken-at-start', 'without-handler', 'missing-module');
const folder = folders['runtime-calls'];

let world: ReturnType<typeof smallWorld>;
beforeEach(() => {
  world = smallWorld();
});

const minutes = (count: number): number => count * 60_000;

async function pass(ms: number): Promise<void> {
  await world.kernel.run(world.kernel.nowMs + ms);
}

describe('an environment', () => {
  test('keeps the state of its modules while it is warm, and starts cold again after minutes of idleness', async () => {
    const arn = world.addFunction({ folder });
    expect(await world.run(arn, { do: 'count' })).toBe(1);
    const coldMs = world.answers[0]?.atMs ?? 0;
    expect(coldMs).toBeGreaterThan(200);
    expect(await world.run(arn, { do: 'count' })).toBe(2);
    await pass(minutes(11));
    expect(await world.run(arn, { do: 'count' })).toBe(1);
  });

  test('takes one invocation at a time; two at once need two', async () => {
    const arn = world.addFunction({ folder });
    world.invoke(arn, { do: 'count' });
    world.invoke(arn, { do: 'count' });
    await pass(minutes(1));
    expect(world.answers.map(({ payload }) => payload)).toEqual([1, 1]);
  });

  test('is frozen between invocations: a timer left behind runs when it is thawed', async () => {
    const arn = world.addFunction({ folder });
    expect(await world.run(arn, { do: 'leave' })).toBe('left a timer');
    await pass(minutes(2));
    const { leftover, now } = (await world.run(arn, { do: 'leftover' })) as { leftover: string; now: number };
    expect(leftover).toBe(`ran at ${now}`);
  });
});

describe('a failure of the function', () => {
  const failure = async (what: string, properties: object = {}): Promise<Record<string, unknown>> => {
    const arn = world.addFunction({ folder, ...properties });
    const payload = await world.run(arn, { do: what });
    expect(world.answers[0]?.output).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    return payload as Record<string, unknown>;
  };

  test('comes back with type, message and a trace that holds nothing of the machine', async () => {
    const payload = await failure('fail');
    expect(payload).toMatchObject({ errorType: 'StaleEpochError', errorMessage: 'broken on purpose' });
    const trace = payload.trace as string[];
    expect(trace.length).toBeGreaterThan(1);
    for (const line of trace.slice(1)) expect(line).toContain('file:///var/task/index.mjs');
  });

  test('of something that is no error comes back too', async () => {
    expect(await failure('throwText')).toEqual({ errorType: 'string', errorMessage: 'just text' });
  });

  test('by time-out destroys the environment', async () => {
    const payload = await failure('hang', { Timeout: 7 });
    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 7\.00 seconds$/),
    });
    expect(await world.run('app', { do: 'count' })).toBe(1);
  });

  test.each([
    ['crash', 'RangeError', 'in a timer'],
    ['exit', 'Runtime.ExitError', 'Runtime exited with status 3'],
    ['circular', 'Runtime.MarshalError', expect.stringContaining('circular')],
  ])('by %s is reported as %s', async (what, errorType, errorMessage) => {
    expect(await failure(what, { Timeout: 30 })).toMatchObject({ errorType, errorMessage });
  });

  test.each([
    ['broken-at-start', 'Error', 'no handler for you'],
    ['without-handler', 'Runtime.HandlerNotFound', 'handler is undefined or not exported'],
    [
      'missing-module',
      'Runtime.ImportModuleError',
      expect.stringContaining("Cannot find package 'node:nothing-of-the-kind'"),
    ],
  ] as const)('at the start (%s) is reported as %s', async (name, errorType, errorMessage) => {
    expect(await failure('count', { folder: folders[name] })).toMatchObject({ errorType, errorMessage });
  });

  // In a process of its own: jest takes unhandled rejections for failures of the test.
  test('by a rejection that nobody handles ends the environment', () => {
    const script = join(import.meta.dirname, 'print-unhandled-rejection.ts');
    const printed = execFileSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual({
      payload: {
        errorType: 'Runtime.UnhandledPromiseRejection',
        errorMessage: 'Error: nobody cares',
        trace: ['Runtime.UnhandledPromiseRejection: Error: nobody cares'],
      },
      next: 1,
    });
  });

  test('counts in the metrics', async () => {
    await failure('fail');
    expect(world.metrics).toEqual(['Invocations 1', 'Errors 1', expect.stringMatching(/^Duration \d+/)]);
  });
});

describe('Invoke', () => {
  test('finds the function by name, ARN and partial ARN, and gives null for undefined', async () => {
    const arn = world.addFunction({ folder });
    for (const name of ['app', arn, `${arn}:$LATEST`, `${accountId}:function:app`])
      world.invoke(name, { do: 'nothing' });
    await pass(minutes(1));
    expect(world.answers.map(({ payload }) => payload)).toEqual([null, null, null, null]);
  });

  test('of a function that does not exist is a ResourceNotFoundException', async () => {
    world.invoke('gone', {});
    await pass(1000);
    expect(world.answers[0]?.error).toMatchObject({ name: 'ResourceNotFoundException', statusCode: 404 });
  });

  test('needs lambda:InvokeFunction', async () => {
    const arn = world.addFunction({ folder });
    const caller = { ...operator, principal: world.roleArn };
    world.invoke(arn, {}, {}, caller);
    world.invoke(
      arn,
      {},
      {},
      { ...operator, principal: 'service:events.amazonaws.com', sourceArn: 'arn:aws:events:e:1:rule/r' },
    );
    await pass(1000);
    expect(world.answers.map(({ error }) => error?.name)).toEqual(['AccessDeniedException', 'AccessDeniedException']);
    world.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn,
      Principal: 'events.amazonaws.com',
      SourceArn: 'arn:aws:events:e:1:rule/r',
      SourceAccount: accountId,
    });
    const asEvents = { ...operator, principal: 'service:events.amazonaws.com' };
    world.invoke(arn, { do: 'count' }, {}, { ...asEvents, sourceArn: 'arn:aws:events:e:1:rule/other' });
    world.invoke(arn, { do: 'count' }, {}, { ...asEvents, sourceArn: 'arn:aws:events:e:1:rule/r' });
    await pass(minutes(1));
    expect(world.answers.slice(2).map(({ error, payload }) => error?.name ?? payload)).toEqual([
      'AccessDeniedException',
      1,
    ]);
  });

  test('refuses payloads that are no JSON or too large', async () => {
    const arn = world.addFunction({ folder });
    world.invoke(arn, {}, { Payload: '{' });
    world.invoke(arn, {}, { Payload: JSON.stringify('x'.repeat(2 ** 20)), InvocationType: 'Event' });
    await pass(1000);
    const errors = world.answers.map(({ error }) => error?.name).sort();
    expect(errors).toEqual(['InvalidRequestContentException', 'RequestTooLargeException']);
  });

  test('without a payload gives an empty event, DryRun runs nothing', async () => {
    const arn = world.addFunction({ folder });
    world.invoke(arn, {}, { Payload: undefined });
    world.invoke(arn, {}, { InvocationType: 'DryRun' });
    await pass(minutes(1));
    expect(world.answers.map(({ output }) => output?.StatusCode).sort()).toEqual([200, 204]);
    expect(world.metrics.filter((one) => one.startsWith('Invocations'))).toHaveLength(1);
  });

  test('of another operation or parameter ends the rehearsal by name', async () => {
    const call = { caller: operator, region, input: {} };
    world.world.call('lambda', { ...call, operation: 'CreateFunction' }, () => {});
    await expect(pass(1000)).rejects.toThrow('calls lambda CreateFunction');
    world.invoke('app', {}, { ClientContext: 'x' });
    await expect(pass(1000)).rejects.toThrow('not simulated: lambda Invoke ClientContext');
  });

  test('beyond the reserved concurrency is throttled', async () => {
    const arn = world.addFunction({ folder, ReservedConcurrentExecutions: 1 });
    world.invoke(arn, { do: 'count' });
    world.invoke(arn, { do: 'count' });
    await pass(minutes(1));
    expect(world.answers[0]?.error).toMatchObject({
      name: 'TooManyRequestsException',
      statusCode: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    expect(world.answers[1]?.payload).toBe(1);
    expect(world.metrics).toContain('Throttles 1');
  });

  test('has no room where everything is reserved for others', async () => {
    world.addFunction({ folder, name: 'greedy', ReservedConcurrentExecutions: 1000 });
    world.invoke(world.addFunction({ folder }), {});
    await pass(1000);
    expect(world.answers[0]?.error?.members).toMatchObject({ Reason: 'ConcurrentInvocationLimitExceeded' });
  });
});

describe('an asynchronous event', () => {
  const async = { InvocationType: 'Event' };
  const runsAt = (): number[] => world.logs.filter(({ text }) => text.includes('a line')).map(() => 0);

  test('is accepted at once and run later', async () => {
    const arn = world.addFunction({ folder });
    world.invoke(arn, { do: 'log' }, async);
    await pass(100);
    expect(world.answers[0]?.output).toEqual({ StatusCode: 202 });
    expect(runsAt()).toHaveLength(0);
    await pass(minutes(1));
    expect(runsAt()).toHaveLength(1);
  });

  test('that fails is tried again after one and two minutes, then its record goes to the destination', async () => {
    const arn = world.addFunction({ folder });
    const Destination = `arn:aws:sqs:${region}:${accountId}:dead`;
    world.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'app',
      Qualifier: '$LATEST',
      DestinationConfig: { OnFailure: { Destination } },
    });
    world.invoke(arn, { do: 'fail' }, async);
    await pass(minutes(10));
    expect(world.metrics.filter((one) => one === 'Errors 1')).toHaveLength(3);
    const sent = world.sqs.calls[0];
    expect(sent).toMatchObject({
      operation: 'SendMessage',
      caller: { principal: world.roleArn },
      input: { QueueUrl: `https://sqs.${region}.amazonaws.com/${accountId}/dead` },
    });
    expect(JSON.parse(String(sent?.input.MessageBody))).toMatchObject({
      version: '1.0',
      requestContext: { functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { do: 'fail' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'StaleEpochError' },
    });
    const [, second, third] = world.metrics.filter((one) => one.startsWith('Duration'));
    expect([second, third]).not.toContain(undefined);
  });

  test('that succeeds is reported where the configuration says so', async () => {
    const arn = world.addFunction({ folder });
    world.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: arn,
      Qualifier: '$LATEST',
      DestinationConfig: { OnSuccess: { Destination: `arn:aws:sns:${region}:${accountId}:done` } },
    });
    world.invoke(arn, { do: 'count' }, async);
    await pass(minutes(1));
    expect(world.sns.calls[0]).toMatchObject({
      operation: 'Publish',
      input: { TopicArn: `arn:aws:sns:${region}:${accountId}:done` },
    });
    expect(JSON.parse(String(world.sns.calls[0]?.input.Message))).toMatchObject({
      requestContext: { condition: 'Success' },
      responsePayload: 1,
    });
  });

  test('that fails with no retries allowed goes to the dead-letter queue as it was', async () => {
    const arn = world.addFunction({
      folder,
      DeadLetterConfig: { TargetArn: `arn:aws:sqs:${region}:${accountId}:dead` },
    });
    world.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: arn,
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    world.invoke(arn, { do: 'fail' }, async);
    await pass(minutes(10));
    expect(world.metrics.filter((one) => one === 'Errors 1')).toHaveLength(1);
    expect(JSON.parse(String(world.sqs.calls[0]?.input.MessageBody))).toEqual({ do: 'fail' });
  });

  test('that is throttled stays in the queue until it is too old', async () => {
    const arn = world.addFunction({ folder, ReservedConcurrentExecutions: 0 });
    world.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: arn,
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:${region}:${accountId}:dead` } },
    });
    world.invoke(arn, { do: 'count' }, async);
    await pass(50_000);
    expect(world.sqs.calls).toHaveLength(0);
    await pass(minutes(5));
    expect(world.metrics.filter((one) => one === 'Throttles 1').length).toBeGreaterThan(3);
    expect(JSON.parse(String(world.sqs.calls[0]?.input.MessageBody))).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded' },
    });
  });

  test('waits while its region is dark, and one that was running is run again', async () => {
    const arn = world.addFunction({ folder, Timeout: 30 });
    world.invoke(arn, { do: 'log' }, async);
    await pass(100);
    world.world.weather.setRegionDown(region);
    await pass(minutes(10));
    expect(runsAt()).toHaveLength(0);
    world.world.weather.setRegionUp(region);
    await pass(minutes(1));
    expect(runsAt()).toHaveLength(1);
  });

  test('whose retry falls due in a dark region is held until it is back', async () => {
    const arn = world.addFunction({ folder });
    world.invoke(arn, { do: 'fail' }, async);
    await pass(30_000);
    world.world.weather.setRegionDown(region);
    await pass(minutes(3));
    expect(world.metrics.filter((one) => one === 'Errors 1')).toHaveLength(1);
    world.world.weather.setRegionUp(region);
    await pass(minutes(10));
    expect(world.metrics.filter((one) => one === 'Errors 1')).toHaveLength(3);
  });
});

test('when the region goes dark its environments are gone with all they were doing', async () => {
  const arn = world.addFunction({ folder, Timeout: 60 });
  expect(await world.run(arn, { do: 'count' })).toBe(1);
  world.invoke(arn, { do: 'crash' });
  world.invoke(arn, { do: 'leave' });
  await pass(1100);
  world.world.weather.setRegionDown(region);
  const answered = world.answers.length;
  await pass(minutes(2));
  expect(world.answers).toHaveLength(answered);
  world.world.weather.setRegionUp(region);
  expect(await world.run(arn, { do: 'count' })).toBe(1);
});

describe('a function URL', () => {
  const ask = async (
    host: string,
    path: string,
    body?: string,
    origin = `https://${host}`,
  ): Promise<HttpResponse | undefined> => {
    let answer: HttpResponse | undefined;
    const request = {
      from: 'checker',
      fromRegion: region,
      method: 'GET',
      url: `${origin}${path}`,
      headers: { 'User-Agent': 'c' },
    };
    world.internet.hosts.get(host)?.handle({ ...request, ...(body === undefined ? {} : { body }) }, (response) => {
      answer = response;
    });
    await pass(minutes(1));
    return answer;
  };
  const serve = (properties: object = {}): string => {
    const arn = world.addFunction({ folder, ...properties });
    const { FunctionUrl } = world.create('AWS::Lambda::Url', { TargetFunctionArn: arn, AuthType: 'NONE' }).attributes;
    expect(FunctionUrl).toMatch(/^https:\/\/[a-z0-9]{32}\.lambda-url\.eu-west-1\.on\.aws\/$/);
    return new URL(String(FunctionUrl)).hostname;
  };
  const open = (): void => {
    const FunctionName = 'app';
    const Principal = '*';
    world.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunctionUrl',
      FunctionName,
      Principal,
      FunctionUrlAuthType: 'NONE',
    });
    world.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName,
      Principal,
      InvokedViaFunctionUrl: true,
    });
  };

  test('lets nobody in without both permissions', async () => {
    const host = serve();
    expect(await ask(host, '/')).toMatchObject({ status: 403 });
    open();
    expect(await ask(host, '/')).toMatchObject({ status: 200 });
  });

  test.each(['http://%', 'http://%:443', 'https://%:80'])('is silent to %s', async (origin) => {
    const host = serve();
    open();
    expect(await ask(host, '/', undefined, origin.replace('%', host))).toBeUndefined();
  });

  test('answers what the function returns, JSON with status 200', async () => {
    const host = serve();
    open();
    expect(await ask(host, '/serving?x=1', 'body')).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: 'null',
    });
  });

  test('that IAM guards lets in only who is allowed to and signed for it, and tells the function who that is', async () => {
    const arn = world.addFunction({ folder });
    const { FunctionUrl } = world.create('AWS::Lambda::Url', {
      TargetFunctionArn: arn,
      AuthType: 'AWS_IAM',
    }).attributes;
    const url = String(FunctionUrl);
    const host = new URL(url).hostname;
    const role = `arn:aws:iam::${accountId}:role/people`;
    const send = async (name: string, changes: { region?: string; body?: string } = {}): Promise<HttpResponse> => {
      const request = { method: 'POST', url, headers: {}, body: 'approve' };
      const credentials = world.sessions.issue(role, name);
      const scope = { credentials, service: 'lambda', region: changes.region ?? region, nowMs: world.kernel.nowMs };
      const headers = signedHeaders(request, scope);
      let answer: HttpResponse | undefined;
      const body = changes.body ?? request.body;
      world.internet.hosts.get(host)?.handle({ ...request, body, headers, from: 'a', fromRegion: 'x' }, (response) => {
        answer = response;
      });
      await pass(minutes(1));
      return answer ?? { status: 0, headers: {}, body: '' };
    };
    const may = (...Action: string[]) =>
      world.create('AWS::IAM::Policy', {
        PolicyName: Action.join(),
        PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: arn } },
        Roles: ['people'],
      });
    world.create('AWS::IAM::Role', { RoleName: 'people', AssumeRolePolicyDocument: { Statement: [] } });
    expect(await ask(host, '/')).toMatchObject({ status: 403 });
    may('lambda:InvokeFunctionUrl');
    expect(await send('alice')).toMatchObject({ status: 403 });
    may('lambda:InvokeFunction');
    expect(await send('alice')).toMatchObject({ status: 200 });
    expect(await send('alice', { region: 'eu-central-1' })).toMatchObject({ status: 403 });
    expect(await send('alice', { body: 'reject' })).toMatchObject({ status: 403 });
  });

  test('is throttled with 429', async () => {
    const host = serve({ ReservedConcurrentExecutions: 0 });
    open();
    expect(await ask(host, '/')).toMatchObject({ status: 429 });
  });
});

describe('the role of a function', () => {
  const powerless = () =>
    world.create('AWS::IAM::Role', {
      RoleName: 'powerless',
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
    }).attributes.Arn;

  test.each<[string, object]>([
    ['PutTraceSegments on XRAY', { TracingConfig: { Mode: 'Active' } }],
    ['SendMessage on SQS', { DeadLetterConfig: { TargetArn: `arn:aws:sqs:${region}:${accountId}:dead` } }],
    ['Publish on SNS', { DeadLetterConfig: { TargetArn: `arn:aws:sns:${region}:${accountId}:dead` } }],
  ])('decides whether what calls %s can be asked for', (call, properties) => {
    const Role = powerless();
    expect(() => world.addFunction({ folder, Role, ...properties })).toThrow(
      `The provided execution role does not have permissions to call ${call}`,
    );
  });

  test('decides whether a destination can be named', () => {
    const FunctionName = world.addFunction({ folder, Role: powerless() });
    const OnFailure = { Destination: `arn:aws:sqs:${region}:${accountId}:dead` };
    const properties = { FunctionName, Qualifier: '$LATEST', DestinationConfig: { OnFailure } };
    expect(() => world.create('AWS::Lambda::EventInvokeConfig', properties)).toThrow('to call SendMessage on SQS');
  });
});
