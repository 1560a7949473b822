import { describe, expect, test } from '@jest/globals';
import { EventBridgeService } from '../../../../../lib/rehearsal/aws/eventbridge/eventbridge-service.ts';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { accountId, provision, send, WorldFake } from '../world-fake.ts';

const here = 'us-west-2';
const there = 'eu-west-1';
const roleArn = `arn:aws:iam::${accountId}:role/forward`;
const queueArn = `arn:aws:sqs:${here}:${accountId}:dead`;
const functionArn = `arn:aws:lambda:${there}:${accountId}:function:note`;
const busArn = (region: string, bus = 'default') => `arn:aws:events:${region}:${accountId}:event-bus/${bus}`;
const ruleArn = `arn:aws:events:${here}:${accountId}:rule/forward`;
const pattern = { source: ['aws.health'] };
const happened = { source: 'aws.health', detailType: 'AWS Health Event', resources: ['arn:x'], detail: { a: 1 } };

/** A rule in one region that forwards to the default bus of another one, and there a rule that invokes a function. */
function forwarder(target: Record<string, unknown> = {}, region = here) {
  const world = new WorldFake();
  const service = new EventBridgeService(world, { access: world.access });
  world.services.set('eventbridge', service);
  const rule = (Name: string, at: string, one: Record<string, unknown>) =>
    provision(service, 'AWS::Events::Rule', { Name, EventPattern: pattern, Targets: [{ Id: 'T', ...one }] }, at);
  rule('forward', region, { Arn: busArn(there), RoleArn: roleArn, DeadLetterConfig: { Arn: queueArn }, ...target });
  rule('note', there, { Arn: functionArn });
  const run = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
  const received = () =>
    world
      .callsTo('lambda', 'Invoke')
      .map(({ input }) => JSON.parse(new TextDecoder().decode(input.Payload as Uint8Array)) as { id: string });
  return { world, service, rule, run, received };
}

describe('an event that a rule forwards to a bus of another region', () => {
  test('arrives there with its source, time and region, as a new event', async () => {
    const { world, service, run, received } = forwarder();
    service.emit(here, happened);
    await run(2);
    expect(received()).toMatchObject([
      { source: 'aws.health', 'detail-type': 'AWS Health Event', region: here, resources: ['arn:x'], detail: { a: 1 } },
    ]);
    const [put] = world.callsTo('eventbridge', 'PutEvents');
    expect(put).toMatchObject({ region: there, caller: { principal: roleArn, region: here, sourceArn: ruleArn } });
    expect(service.demands(put!)).toEqual([
      {
        action: 'events:PutEvents',
        resource: busArn(there),
        context: { 'events:source': 'aws.health', 'events:detail-type': 'AWS Health Event' },
      },
    ]);
  });

  test('is a dead letter at once where the role may not put it', async () => {
    const { world, service, run, received } = forwarder();
    const denied = new AwsServiceError('AccessDeniedException', 'not allowed', 403);
    world.answers.set('eventbridge.PutEvents', () => ({ error: denied }));
    service.emit(here, happened);
    await run(3600);
    expect(received()).toEqual([]);
    expect(world.callsTo('eventbridge', 'PutEvents')).toHaveLength(1);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input.MessageAttributes).toMatchObject({
      TARGET_ARN: { StringValue: busArn(there) },
    });
  });

  test('waits in its own region while the other one is dark', async () => {
    const { world, service, run, received } = forwarder();
    world.downRegions.add(there);
    service.emit(here, happened);
    await run(3600);
    expect(received()).toEqual([]);
    expect(world.callsTo('sqs', 'SendMessage')).toEqual([]);
    world.downRegions.clear();
    await run(1200);
    expect(received()).toHaveLength(1);
  });

  test('is a dead letter when the other region stays dark for longer than anybody tries', async () => {
    const { world, service, run } = forwarder();
    world.downRegions.add(there);
    service.emit(here, happened);
    await run(2 * 86_400);
    expect(world.callsTo('sqs', 'SendMessage')[0]?.input.MessageAttributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '185' },
    });
  });

  test('is not forwarded on to a third bus: that is not simulated', async () => {
    const { service, rule, run } = forwarder();
    rule('on', there, { Arn: busArn('eu-west-3'), RoleArn: roleArn });
    service.emit(here, happened);
    await expect(run(2)).rejects.toThrow(/not simulated: .*rule\/on forwards an event that was forwarded to it/);
  });
});

test('nobody but a rule may put events in the name of AWS', async () => {
  const { service } = forwarder();
  const entry = { Source: 'aws.health', DetailType: 'AWS Health Event', Detail: '{}' };
  expect(send(service, there, 'PutEvents', { Entries: [entry] })).toMatchObject({
    Entries: [{ ErrorCode: 'NotAuthorizedForSource' }],
  });
});

describe('a bus as a target is refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['without a role', { RoleArn: undefined }, 'needs RoleArn'],
    ['with a retry policy', { RetryPolicy: { MaximumRetryAttempts: 3 } }, 'takes no RetryPolicy'],
    ['with an input of its own', { Input: '{}' }, 'not simulated'],
    ['in China', { Arn: busArn('cn-north-1') }, 'sends no events between these regions'],
    ['in GovCloud', { Arn: busArn('us-gov-west-1') }, 'sends no events between these regions'],
  ])('%s', (_name, target, message) => {
    expect(() => forwarder(target)).toThrow(message);
  });

  test('from GovCloud, and not within one of its regions', () => {
    expect(() => forwarder({}, 'us-gov-west-1')).toThrow('sends no events between these regions');
    expect(() => forwarder({ Arn: busArn('us-gov-west-1', 'default') }, 'us-gov-west-1')).not.toThrow();
  });
});
