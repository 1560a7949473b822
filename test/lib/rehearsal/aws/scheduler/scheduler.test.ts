import { describe, expect, test } from '@jest/globals';
import { parseScheduleExpression } from '../../../../../lib/rehearsal/aws/scheduler/schedule-expression.ts';
import { SchedulerService } from '../../../../../lib/rehearsal/aws/scheduler/scheduler-service.ts';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { accountId, provision, refused, send, startMs, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';
const functionArn = `arn:aws:lambda:${region}:${accountId}:function:probe`;
const RoleArn = `arn:aws:iam::${accountId}:role/beat`;
const schedule = {
  Name: 'probe',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: functionArn, RoleArn, Input: '{"signal":"probe-standby"}' },
};

function scheduler(seed = 1) {
  const world = new WorldFake(seed);
  const service = new SchedulerService(world, { access: world.access });
  const add = (properties: Record<string, unknown> = {}) =>
    provision(service, 'AWS::Scheduler::Schedule', { ...schedule, ...properties }, region);
  const run = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
  const firings = () => world.calls.filter(({ service: name }) => name === 'lambda').map(({ atMs }) => atMs);
  return { world, service, add, run, firings };
}

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
describe('when a schedule fires', () => {
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));
  const created = Date.UTC(2026, 10, 21, 6, 0, 30);

  test.each<[string, string, (string | undefined)[]]>([
    ['rate(1 minute)', '2026-11-21T06:00:30Z', ['2026-11-21T06:01', '2026-11-21T06:02']],
    ['rate(5 minutes)', '2026-11-21T06:00:30Z', ['2026-11-21T06:01', '2026-11-21T06:06']],
    ['rate(2 hours)', '2026-11-21T07:00:00Z', ['2026-11-21T08:01', '2026-11-21T10:01']],
    ['rate(1 day)', '2026-11-21T07:00:00Z', ['2026-11-22T06:01', '2026-11-23T06:01']],
    ['cron(0 12 * * ? *)', '2026-11-21T06:00:00Z', ['2026-11-21T12:00', '2026-11-22T12:00']],
    ['cron(*/20 6 * * ? *)', '2026-11-21T06:10:00Z', ['2026-11-21T06:20', '2026-11-21T06:40', '2026-11-22T06:00']],
    [
      'cron(15 9,18 1 JAN-MAR ? *)',
      '2026-11-21T06:00:00Z',
      ['2027-01-01T09:15', '2027-01-01T18:15', '2027-02-01T09:15'],
    ],
    ['cron(0 8 ? * MON-FRI *)', '2026-11-21T06:00:00Z', ['2026-11-23T08:00', '2026-11-24T08:00']],
    ['cron(0 8 ? * 1 2026-2027)', '2026-12-25T06:00:00Z', ['2026-12-27T08:00', '2027-01-03T08:00']],
    ['cron(5/30 0 29 2 ? *)', '2026-11-21T06:00:00Z', ['2028-02-29T00:05', '2028-02-29T00:35']],
    ['cron(0 0 1 1 ? 2020)', '2026-11-21T06:00:00Z', [undefined]],
    ['at(2026-11-21T12:00:30)', '2026-11-21T06:00:00Z', ['2026-11-21T12:00', undefined]],
    ['at(2026-11-20T12:00:00)', '2026-11-21T06:00:00Z', [undefined]],
  ])('%s after %s', (expression, after, expected) => {
    const next = parseScheduleExpression(expression, created);
    let from: number | undefined = Date.parse(after);
    for (const time of expected) {
      from = next(from ?? Number.NaN);
      expect(iso(from)).toBe(time);
    }
  });

  test.each([
    ['rate(1 minutes)', 'write rate(1 minute), rate(5 minutes)'],
    ['rate(5 minute)', 'write rate(1 minute), rate(5 minutes)'],
    ['rate(0 minutes)', 'write rate(1 minute), rate(5 minutes)'],
    ['every minute', 'must be rate('],
    ['at(tomorrow)', 'must be rate('],
    ['at(2026-13-45T00:00:00)', 'must be rate('],
    ['cron(0 12 * * *)', 'needs six fields'],
    ['cron(0 12 * * * *)', 'exactly one of day-of-month and day-of-week is ?'],
    ['cron(0 12 ? * ? *)', 'exactly one of day-of-month and day-of-week is ?'],
    ['cron(0 12 L * ? *)', 'day-of-month L is not simulated'],
    ['cron(0 12 ? * 6#3 *)', 'not simulated: day-of-week 6#3'],
    ['cron(60 12 * * ? *)', 'minutes 60'],
    ['cron(30-10 12 * * ? *)', 'minutes 30-10 matches nothing'],
    ['cron(0/0 12 * * ? *)', 'minutes 0/0 matches nothing'],
  ])('%s is refused', (expression, message) => {
    expect(() => parseScheduleExpression(expression, created)).toThrow(message);
  });
});

describe('a schedule', () => {
  test('fires every minute at its own place in the minute, which the seed decides', async () => {
    const { add, run, firings } = scheduler();
    expect(add()).toEqual({
      ref: 'probe',
      attributes: { Arn: `arn:aws:scheduler:${region}:${accountId}:schedule/default/probe` },
    });
    await run(300);
    const times = firings();
    expect(times).toHaveLength(5);
    expect(new Set(times.map((time) => time % 60_000)).size).toBe(1);
    const other = scheduler(2);
    other.add();
    await other.run(300);
    expect(other.firings()[0]).not.toBe(times[0]);
    const again = scheduler();
    again.add();
    await again.run(300);
    expect(again.firings()).toEqual(times);
  });

  test('calls its target under its role, which it assumes for its group', async () => {
    const { world, add, run } = scheduler();
    add();
    await run(60);
    const [call] = world.callsTo('lambda', 'Invoke');
    expect(call?.caller).toMatchObject({
      principal: RoleArn,
      region,
      sourceArn: `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`,
    });
    expect(new TextDecoder().decode(call?.input.Payload as Uint8Array)).toBe('{"signal":"probe-standby"}');
  });

  test('names itself in its input where it is asked to', async () => {
    const { world, add, run } = scheduler();
    const Input =
      '{"a":"<aws.scheduler.schedule-arn>","t":"<aws.scheduler.scheduled-time>","e":"<aws.scheduler.execution-id>"}';
    add({ Target: { ...schedule.Target, Input } });
    await run(60);
    const payload = JSON.parse(new TextDecoder().decode(world.calls[0]?.call.input.Payload as Uint8Array));
    expect(payload).toEqual({
      a: expect.stringContaining('schedule/default/probe'),
      t: '2026-11-21T06:00:00Z',
      e: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  test('that is disabled does not fire', async () => {
    const { add, run, firings } = scheduler();
    add({ State: 'DISABLED' });
    await run(300);
    expect(firings()).toEqual([]);
  });

  test('does not make up for what it missed in the dark', async () => {
    const { world, add, run, firings } = scheduler();
    add();
    await run(120);
    world.downRegions.add(region);
    await run(180);
    world.downRegions.clear();
    await run(120);
    expect(firings()).toHaveLength(4);
  });

  test('fires twice when everything does', async () => {
    const { service, add, run, firings } = scheduler();
    service.setDuplicateEverything(true);
    add({ ScheduleExpression: 'at(2026-11-21T06:05:00)' });
    await run(600);
    expect(firings()).toHaveLength(2);
  });

  test('with a window fires anywhere in it', async () => {
    const { add, run, firings } = scheduler();
    add({ ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } });
    await run(10 * 3600);
    const places = firings().map((time) => (time - startMs) % 3_600_000);
    expect(new Set(places).size).toBeGreaterThan(3);
    expect(Math.max(...places)).toBeLessThan(16 * 60_000);
  });

  test('gives its dead letters to its queue, by its role', async () => {
    const { world, service, add, run } = scheduler();
    const DeadLetterConfig = { Arn: `arn:aws:sqs:${region}:${accountId}:dead` };
    add({
      ScheduleExpression: 'at(2026-11-21T06:00:00)',
      Target: {
        ...schedule.Target,
        DeadLetterConfig,
        RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
      },
    });
    world.answers.set('lambda.Invoke', () => ({ error: new AwsServiceError('ServiceException', 'x', 500) }));
    await run(300);
    expect(world.callsTo('lambda', 'Invoke')).toHaveLength(2);
    const [dead] = world.callsTo('sqs', 'SendMessage');
    expect(dead?.caller.principal).toBe(RoleArn);
    expect(dead?.input.MessageBody).toBe('{"signal":"probe-standby"}');
    expect(service.lostDeliveries).toBe(0);
  });

  test('whose role does not trust Scheduler calls nobody', async () => {
    const { world, service, add, run } = scheduler();
    world.untrusted.add(`${RoleArn} scheduler.amazonaws.com`);
    const { Input: _none, ...Target } = schedule.Target;
    add({ Target, ScheduleExpression: 'at(2026-11-21T06:00:00)' });
    await run(60);
    expect([world.calls.length, service.lostDeliveries]).toEqual([0, 1]);
  });

  test('belongs to a group that is there', () => {
    const { service, add } = scheduler();
    expect(() => add({ GroupName: 'beats' })).toThrow(`there is no schedule group beats in ${region}`);
    expect(provision(service, 'AWS::Scheduler::ScheduleGroup', { Name: 'beats' }, region).ref).toBe('beats');
    const { Name: _none, ...unnamed } = schedule;
    const made = provision(service, 'AWS::Scheduler::Schedule', { ...unnamed, GroupName: 'beats' }, region);
    expect(made.attributes.Arn).toContain('schedule/beats/estate-Thing-1A2B3C');
    expect(provision(service, 'AWS::Scheduler::ScheduleGroup', {}, region).ref).toBe('estate-Thing-1A2B3C');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['another time zone', { ScheduleExpressionTimezone: 'Europe/Dublin' }, 'not simulated: time zones other than UTC'],
    ['an end', { EndDate: '2027-01-01' }, 'EndDate'],
    ['a window without length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes'],
    [
      'a target elsewhere',
      { Target: { ...schedule.Target, Arn: functionArn.replace(region, 'us-east-1') } },
      'is in another region',
    ],
    [
      'a universal target',
      { Target: { ...schedule.Target, Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } },
      'not simulated: target',
    ],
  ])('with %s is refused', (_name, properties, message) => {
    expect(() => scheduler().add(properties)).toThrow(message);
  });

  test('has no operations in the world', () => {
    const { service } = scheduler();
    expect(refused(() => send(service, region, 'CreateSchedule', {})).message).toBe(
      'not simulated: Scheduler CreateSchedule',
    );
    expect(() =>
      service.demands({
        caller: { principal: 'r', name: 'n', accountId, region },
        region,
        operation: 'GetSchedule',
        input: {},
      }),
    ).toThrow('not simulated');
  });
});
