import { describe, expect, test } from '@jest/globals';
import { Iam } from '../../../../lib/rehearsal/aws/iam/iam.ts';
import { policyDocument } from '../../../../lib/rehearsal/aws/iam/policy-document.ts';
import {
  type AwsService,
  AwsServiceError,
  type Caller,
  PendingAnswer,
  type ServiceCall,
  type ServiceResult,
} from '../../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';
import type { TraceEntry } from '../../../../lib/rehearsal/world/trace.ts';
import { World } from '../../../../lib/rehearsal/world/world.ts';

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/service-role/reader`;
const topicArn = `arn:aws:sns:eu-west-1:${accountId}:operators`;

/** A service that says what it was asked; `Slow` answers a minute later. */
class EchoService implements AwsService {
  readonly name: string;
  readonly resources = [];
  readonly #kernel: Kernel;
  constructor(name: string, kernel: Kernel) {
    this.name = name;
    this.#kernel = kernel;
  }
  demands({ operation }: ServiceCall) {
    if (operation === 'Unheard') throw new AwsServiceError('UnknownOperationException', 'not simulated');
    return [{ action: `${this.name}:${operation}`, resource: topicArn }];
  }
  invoke(call: ServiceCall): Record<string, unknown> | PendingAnswer {
    if (call.operation === 'Refuse') throw new AwsServiceError('NotFoundException', 'no such thing', 404);
    if (call.operation === 'Break') throw new TypeError('a mistake in the simulation');
    if (call.operation !== 'Slow') return { echo: call.input };
    return new PendingAnswer((respond) => {
      this.#kernel.after(60_000, 'slow', () => respond({ output: { slow: true } }));
    });
  }
}

function setUp() {
  const kernel = new Kernel({ seed: 1, startMs: 0, quiesce });
  const iam = new Iam({ kernel, accountId });
  const allow = policyDocument.parse({
    Statement: { Effect: 'Allow', Action: ['sns:Publish', 'sns:Slow', 'sns:Refuse', 'sns:Break'], Resource: '*' },
  });
  iam.addRole({
    arn: roleArn,
    name: 'reader',
    trust: policyDocument.parse({ Statement: [] }),
    policies: new Map([['p', allow]]),
  });
  const world = new World({ kernel, iam, serviceMs: { sns: 10 } });
  world.register(new EchoService('sns', kernel));
  const trace: TraceEntry[] = [];
  world.onCall((entry) => trace.push(entry));
  const caller: Caller = { principal: roleArn, name: 'lambda:reader@eu-west-1#1', accountId, region: 'eu-west-1' };
  const answers: { atMs: number; result: ServiceResult }[] = [];
  const call = (operation: string, changes: Partial<ServiceCall> = {}, service = 'sns'): void => {
    world.call(service, { caller, region: 'eu-west-1', operation, input: { a: 1 }, ...changes }, (result) =>
      answers.push({ atMs: kernel.nowMs, result }),
    );
  };
  return { kernel, world, iam, trace, caller, answers, call };
}

describe('a call', () => {
  test('is answered after travel and service time, counted and traced', async () => {
    const { kernel, world, trace, answers, call } = setUp();
    call('Publish');
    await kernel.run();
    expect(answers).toHaveLength(1);
    expect(answers[0]?.result).toEqual({ output: { echo: { a: 1 } } });
    expect(answers[0]?.atMs).toBeGreaterThan(8);
    expect(answers[0]?.atMs).toBeLessThan(20);
    expect(world.counts).toEqual({ total: 1, denied: 0, byService: { sns: 1 } });
    expect(trace).toMatchObject([
      {
        caller: 'lambda:reader@eu-west-1#1',
        region: 'eu-west-1',
        service: 'sns',
        operation: 'Publish',
        input: { a: 1 },
      },
    ]);
  });

  test('to a region on another continent takes longer than one at home', async () => {
    const { kernel, answers, call } = setUp();
    call('Publish', { region: 'us-west-2' });
    await kernel.run();
    expect(answers[0]?.atMs).toBeGreaterThan(90);
  });

  test('that is not allowed is denied in the words of AWS and counted', async () => {
    const { kernel, world, answers, call } = setUp();
    call('Subscribe');
    await kernel.run();
    const result = answers[0]?.result;
    expect(result).toMatchObject({ error: { name: 'AuthorizationErrorException', statusCode: 403 } });
    expect(result && 'error' in result && result.error.message).toBe(
      `User: arn:aws:sts::${accountId}:assumed-role/reader/reader is not authorized to perform: sns:Subscribe on resource: ${topicArn} because no identity-based policy allows the sns:Subscribe action`,
    );
    expect(world.counts.denied).toBe(1);
  });

  test('gets the error that the service gives', async () => {
    const { kernel, trace, answers, call } = setUp();
    call('Refuse');
    await kernel.run();
    expect(answers[0]?.result).toMatchObject({ error: { name: 'NotFoundException' } });
    expect(trace[0]).toMatchObject({ error: { name: 'NotFoundException', message: 'no such thing' } });
  });

  test('whose answer takes its own time is answered then', async () => {
    const { kernel, answers, call } = setUp();
    call('Slow');
    await kernel.run();
    expect(answers[0]?.result).toEqual({ output: { slow: true } });
    expect(answers[0]?.atMs).toBeGreaterThan(60_000);
  });

  test('to a service or of an operation that is not simulated ends the run by name', async () => {
    const { kernel, call } = setUp();
    expect(() => call('Publish', {}, 'braket')).toThrow(
      'lambda:reader@eu-west-1#1 calls braket Publish in eu-west-1, which the rehearsal does not simulate',
    );
    call('Unheard');
    await expect(kernel.run()).rejects.toThrow('calls sns Unheard in eu-west-1');
  });

  test('that hits a mistake of the simulation ends the run', async () => {
    const { kernel, call } = setUp();
    call('Break');
    await expect(kernel.run()).rejects.toThrow('a mistake in the simulation');
  });
});

describe('when a region is dark', () => {
  test('calls to it get no answer, and the trace says so', async () => {
    const { kernel, world, trace, answers, call } = setUp();
    world.weather.setRegionDown('us-west-2');
    call('Publish', { region: 'us-west-2' });
    await kernel.run();
    expect(answers).toEqual([]);
    expect(trace[0]?.error).toEqual({ name: 'NoAnswer', message: 'no path between eu-west-1 and us-west-2' });
  });

  test('processes in it call nobody', async () => {
    const { kernel, world, answers, call } = setUp();
    world.weather.setRegionDown('eu-west-1');
    call('Publish', { region: 'us-west-2' });
    await kernel.run();
    expect(answers).toEqual([]);
    expect(world.counts.total).toBe(0);
  });

  test('a call that was under way is lost, on its way there and on its way back', async () => {
    const { kernel, world, trace, answers, call } = setUp();
    call('Publish', { region: 'us-west-2' });
    kernel.at(10, 'dark', () => world.weather.setRegionDown('us-west-2'));
    await kernel.run();
    expect(trace[0]?.error?.name).toBe('NoAnswer');
    world.weather.setRegionUp('us-west-2');
    call('Slow', { region: 'us-west-2' });
    kernel.after(30_000, 'dark', () => world.weather.setRegionDown('us-west-2'));
    await kernel.run();
    expect(answers).toEqual([]);
  });

  test('whoever runs processes there is told once, and again when it is back', () => {
    const { world } = setUp();
    const told: string[] = [];
    world.weather.onRegionDown((region) => told.push(`down ${region}`));
    world.weather.onRegionUp((region) => told.push(`up ${region}`));
    world.weather.setRegionDown('eu-west-1');
    world.weather.setRegionDown('eu-west-1');
    world.weather.setRegionUp('eu-west-1');
    world.weather.setRegionUp('eu-west-1');
    expect(told).toEqual(['down eu-west-1', 'up eu-west-1']);
  });
});

test('a path that is cut in one direction carries no call, the other regions are reached', async () => {
  const { kernel, world, answers, call } = setUp();
  world.weather.setUnreachable('us-west-2', 'eu-west-1');
  call('Publish', { region: 'us-west-2' });
  call('Publish', { region: 'us-east-1' });
  await kernel.run();
  expect(answers).toHaveLength(1);
  world.weather.setReachable('us-west-2', 'eu-west-1');
  call('Publish', { region: 'us-west-2' });
  await kernel.run();
  expect(answers).toHaveLength(2);
});

test('a service that is down answers 503, and answers again when it is up', async () => {
  const { kernel, world, answers, call } = setUp();
  world.weather.setServiceDown('eu-west-1', 'sns');
  call('Publish');
  await kernel.run();
  expect(answers[0]?.result).toMatchObject({ error: { name: 'ServiceUnavailable', statusCode: 503 } });
  world.weather.setServiceUp('eu-west-1', 'sns');
  call('Publish');
  await kernel.run();
  expect(answers[1]?.result).toHaveProperty('output');
});

test('two services of one name are refused', () => {
  const { kernel, world } = setUp();
  expect(() => world.register(new EchoService('sns', kernel))).toThrow('two services are called sns');
  expect(world.services.map(({ name }) => name)).toEqual(['sns']);
});

test('denials say whether a deny, a resource policy or the lack of any policy is behind them', async () => {
  const { kernel, iam, answers, caller, call } = setUp();
  const asService = { ...caller, principal: 'service:events.amazonaws.com' };
  call('Publish', { caller: asService });
  iam.registerResourcePolicy(topicArn, { Statement: { Effect: 'Deny', Principal: '*', Action: 'sns:Publish' } });
  await kernel.run();
  call('Publish');
  await kernel.run();
  const messages = answers.map(({ result }) => ('error' in result ? result.error.message : ''));
  expect(messages[0]).toContain('User: events.amazonaws.com');
  expect(messages[1]).toContain('with an explicit deny');
});
