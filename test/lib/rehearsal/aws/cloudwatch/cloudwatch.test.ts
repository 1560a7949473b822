import { describe, expect, test } from '@jest/globals';
import { CloudWatchService } from '../../../../../lib/rehearsal/aws/cloudwatch/cloudwatch-service.ts';
import type { ServiceEvent } from '../../../../../lib/rehearsal/aws/eventbridge/eventbridge-service.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-central-1';
const TopicArn = `arn:aws:sns:${region}:${accountId}:operators`;
const heartbeat = {
  AlarmName: 'heartbeat',
  AlarmDescription: 'No heartbeat',
  Namespace: 'Lifeboat',
  MetricName: 'Heartbeat',
  Dimensions: [{ Name: 'Region', Value: 'eu-west-1' }],
  Statistic: 'SampleCount',
  Period: 10,
  EvaluationPeriods: 3,
  Threshold: 1,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'breaching',
};
const datum = { MetricName: 'Heartbeat', Dimensions: heartbeat.Dimensions, Value: 1, StorageResolution: 1 };

function cloudWatch() {
  const world = new WorldFake();
  const events: { atSeconds: number; region: string; event: ServiceEvent }[] = [];
  const at0 = world.kernel.nowMs;
  const seconds = () => (world.kernel.nowMs - at0) / 1000;
  const service = new CloudWatchService(world, {
    events: { emit: (place, event) => events.push({ atSeconds: seconds(), region: place, event }) },
  });
  const alarm = (properties: Record<string, unknown> = {}) =>
    provision(service, 'AWS::CloudWatch::Alarm', { ...heartbeat, ...properties }, region);
  const put = (...MetricData: Record<string, unknown>[]) =>
    send(service, region, 'PutMetricData', { Namespace: 'Lifeboat', MetricData });
  const beat = (untilSeconds: number, sample: Record<string, unknown> = datum) => {
    for (let second = 1; second < untilSeconds; second += 10)
      world.kernel.at(at0 + second * 1000, 'beat', () => void put(sample));
  };
  const run = (toSeconds: number) => world.kernel.run(at0 + toSeconds * 1000);
  const states = () => events.map(({ event }) => (event.detail.state as { value: string }).value);
  return { world, service, events, alarm, put, beat, run, states };
}

describe('a heartbeat alarm', () => {
  test('is OK while the heart beats and rings when the last beat has left its range', async () => {
    const { service, alarm, beat, run, states, events } = cloudWatch();
    expect(alarm()).toEqual({
      ref: 'heartbeat',
      attributes: { Arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:heartbeat` },
    });
    expect(service.stateOf(region, 'heartbeat')).toBe('INSUFFICIENT_DATA');
    beat(300);
    await run(300);
    expect(states().at(-1)).toBe('OK');
    expect(states().filter((state) => state === 'ALARM').length).toBeLessThanOrEqual(1);
    await run(400);
    // Periods up to 300 s have a beat; five empty ones end at 350 s, and the alarm looks within 10 s.
    expect(states().at(-1)).toBe('ALARM');
    expect(events.at(-1)?.atSeconds).toBeGreaterThanOrEqual(350);
    expect(events.at(-1)?.atSeconds).toBeLessThan(360);
    expect(service.stateOf(region, 'heartbeat')).toBe('ALARM');
    expect(service.stateOf(region, 'other')).toBeUndefined();
  });

  test('does not ring for a blip of 30 seconds', async () => {
    const { world, alarm, beat, put, run, states } = cloudWatch();
    beat(200);
    const at = (second: number) => world.kernel.at(world.kernel.nowMs + second * 1000, 'beat', () => void put(datum));
    for (let second = 231; second < 400; second += 10) at(second);
    await run(100);
    alarm();
    await run(400);
    expect(states()).toEqual(['OK']);
  });

  test('sees one beat in six of a metric of standard resolution, and rings', async () => {
    const { alarm, beat, run, states } = cloudWatch();
    const { StorageResolution: _standard, ...sample } = datum;
    beat(600, sample);
    await run(120);
    alarm();
    await run(600);
    expect(states()).toContain('ALARM');
  });

  test('says so on EventBridge in the shape of CloudWatch', async () => {
    const { alarm, run, events } = cloudWatch();
    alarm();
    await run(30);
    expect(events[0]).toMatchObject({
      region,
      event: {
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:heartbeat`],
        detail: {
          alarmName: 'heartbeat',
          state: { value: 'ALARM', timestamp: expect.stringMatching(/^2026-11-21T06:00:\d\d\.\d{3}\+0000$/) },
          previousState: { value: 'INSUFFICIENT_DATA' },
          configuration: {
            description: 'No heartbeat',
            metrics: [
              {
                metricStat: {
                  metric: { namespace: 'Lifeboat', name: 'Heartbeat', dimensions: { Region: 'eu-west-1' } },
                  period: 10,
                  stat: 'SampleCount',
                },
              },
            ],
          },
        },
      },
    });
  });

  test('does nothing while its region is dark or CloudWatch is down', async () => {
    const { world, alarm, run, events } = cloudWatch();
    alarm();
    world.downRegions.add(region);
    await run(60);
    world.downRegions.clear();
    world.downServices.add(`${region}/cloudwatch`);
    await run(120);
    expect(events).toEqual([]);
  });
});

describe('an alarm on a metric of a service', () => {
  const depth = {
    AlarmName: 'dead',
    AlarmDescription: undefined,
    Namespace: 'AWS/SQS',
    MetricName: 'Depth',
    Dimensions: undefined,
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  };

  test('tells its topics of each change, on behalf of the alarm', async () => {
    const { world, service, alarm, run } = cloudWatch();
    alarm({ ...depth, AlarmActions: [TopicArn], OKActions: [TopicArn] });
    world.kernel.after(90_000, 'letter', () => service.record(region, 'AWS/SQS', 'Depth', {}, 3));
    await run(600);
    const calls = world.callsTo('sns', 'Publish');
    expect(calls.map((call) => call.input.Subject)).toEqual([
      `OK: "dead" in ${region}`,
      `ALARM: "dead" in ${region}`,
      `OK: "dead" in ${region}`,
    ]);
    expect(calls[1]?.caller).toMatchObject({
      principal: 'service:cloudwatch.amazonaws.com',
      sourceArn: expect.stringContaining('alarm:dead'),
    });
    expect(JSON.parse(String(calls[1]?.input.Message))).toMatchObject({
      AlarmName: 'dead',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      Region: region,
      Trigger: { MetricName: 'Depth', Threshold: 0, Dimensions: [] },
    });
  });

  test('is silent when its actions are off, and when nobody is to be told', async () => {
    const { world, alarm, run, events } = cloudWatch();
    alarm({ ...depth, OKActions: [TopicArn], ActionsEnabled: false });
    alarm({ ...depth, AlarmName: 'quiet' });
    await run(180);
    expect(events).toHaveLength(2);
    expect(world.calls).toEqual([]);
  });

  test.each<[string, string, number, string]>([
    ['Sum', 'GreaterThanOrEqualToThreshold', 6, 'ALARM'],
    ['Average', 'LessThanOrEqualToThreshold', 2, 'ALARM'],
    ['Minimum', 'LessThanThreshold', 1, 'OK'],
    ['Maximum', 'GreaterThanThreshold', 2, 'ALARM'],
    ['SampleCount', 'LessThanThreshold', 3, 'OK'],
  ])('%s %s %d', async (Statistic, ComparisonOperator, Threshold, expected) => {
    const { service, alarm, run } = cloudWatch();
    for (const value of [1, 2, 3]) service.record(region, 'AWS/SQS', 'Depth', {}, value);
    alarm({ ...depth, Statistic, ComparisonOperator, Threshold, Period: 300 });
    await run(119);
    expect(service.stateOf(region, 'dead')).toBe(expected);
  });

  test('without data is insufficient where missing data is missing', async () => {
    const { world, service, alarm, run, events } = cloudWatch();
    service.record(region, 'AWS/SQS', 'Depth', {}, 3);
    alarm({ ...depth, TreatMissingData: undefined, InsufficientDataActions: [TopicArn] });
    await run(600);
    expect(events.map(({ event }) => event.detail.state)).toMatchObject([
      { value: 'ALARM' },
      { value: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: 1 datapoints were unknown.' },
    ]);
    expect(world.callsTo('sns', 'Publish')).toHaveLength(1);
  });
});

describe('PutMetricData', () => {
  test('takes values, counts and statistics, in any order of time', async () => {
    const { world, service, alarm, put, run } = cloudWatch();
    const at = (second: number) => new Date(world.kernel.nowMs + second * 1000);
    const sample = { MetricName: 'Heartbeat', Dimensions: heartbeat.Dimensions };
    put(
      { ...sample, Timestamp: at(50), Values: [1, 2], Counts: [3, 1] },
      { ...sample, Timestamp: at(10), StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 5 } },
    );
    alarm({
      Period: 60,
      EvaluationPeriods: 1,
      Statistic: 'Sum',
      Threshold: 15,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    await run(120);
    expect(service.stateOf(region, 'heartbeat')).toBe('ALARM');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a time long past', { ...datum, Timestamp: new Date(0) }, 'InvalidParameterValueException'],
    ['a time to come', { ...datum, Timestamp: new Date(Date.UTC(2027, 0, 1)) }, 'InvalidParameterValueException'],
    ['nothing measured', { MetricName: 'x' }, 'MissingRequiredParameterException'],
    ['a wrong resolution', { ...datum, StorageResolution: 30 }, 'ValidationException'],
  ])('refuses %s', (_name, sample, name) => {
    expect(refused(() => cloudWatch().put(sample)).name).toBe(name);
  });

  test('refuses namespaces of AWS and names what is not simulated', () => {
    const { service } = cloudWatch();
    const call = (operation: string, input: Record<string, unknown>) => send(service, region, operation, input);
    expect(refused(() => call('PutMetricData', { Namespace: 'AWS/SQS', MetricData: [datum] })).name).toBe(
      'InvalidParameterValueException',
    );
    expect(() => call('PutMetricData', { Namespace: 'x', MetricData: [], EntityMetricData: [] })).toThrow(
      'not simulated: CloudWatch PutMetricData EntityMetricData',
    );
    expect(refused(() => call('GetMetricStatistics', {})).name).toBe('UnknownOperationException');
  });

  test('and the alarms are demanded of IAM', () => {
    const { service } = cloudWatch();
    const call = (operation: string, input: Record<string, unknown>) => ({
      caller: caller(region),
      region,
      operation,
      input,
    });
    expect(service.demands(call('PutMetricData', { Namespace: 'Lifeboat', MetricData: [datum] }))).toEqual([
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': 'Lifeboat' } },
    ]);
    expect(service.demands(call('DescribeAlarms', {}))).toEqual([
      { action: 'cloudwatch:DescribeAlarms', resource: `arn:aws:cloudwatch:${region}:${accountId}:alarm:*` },
    ]);
    expect(() => service.demands(call('GetMetricStatistics', {}))).toThrow('not simulated');
  });
});

describe('alarms', () => {
  test('can be described', () => {
    const { service, alarm } = cloudWatch();
    alarm();
    alarm({ AlarmName: undefined });
    const describe = (input: Record<string, unknown>) =>
      send(service, region, 'DescribeAlarms', input).MetricAlarms as { AlarmName: string }[];
    expect(describe({ AlarmNames: ['heartbeat'] })).toMatchObject([
      { AlarmName: 'heartbeat', StateValue: 'INSUFFICIENT_DATA', Period: 10 },
    ]);
    expect(describe({}).map(({ AlarmName }) => AlarmName)).toEqual(['heartbeat', 'estate-Thing-1A2B3C']);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a period of 20 seconds', { Period: 20 }, 'Period is 10, 30 or a multiple of 60 seconds'],
    ['more data points than periods', { DatapointsToAlarm: 4 }, 'DatapointsToAlarm is at most EvaluationPeriods'],
    ['a range of more than a day', { Period: 43_200 }, 'at most 86400 seconds'],
    ['a percentile', { Statistic: 'p99' }, 'Statistic'],
    ['metric math', { Metrics: [] }, 'Metrics'],
    [
      'an action on a machine',
      { AlarmActions: ['arn:aws:automate:eu-west-1:ec2:stop'] },
      'not simulated: alarm actions other than SNS topics',
    ],
  ])('with %s are refused', (_name, properties, message) => {
    expect(() => cloudWatch().alarm(properties)).toThrow(message);
  });

  test('have names of their own', () => {
    const { alarm } = cloudWatch();
    alarm();
    expect(() => alarm()).toThrow('alarm heartbeat exists in eu-central-1 already');
  });
});

describe('a composite alarm', () => {
  test('follows the alarms of its rule, calls their missing data OK, and needs them to exist', async () => {
    const { service, events, alarm, beat, run } = cloudWatch();
    const composite = (AlarmRule: string) =>
      provision(service, 'AWS::CloudWatch::CompositeAlarm', { AlarmName: 'joined', AlarmRule }, region);
    expect(() => composite('ALARM("heartbeat")')).toThrow('there is no alarm heartbeat');
    alarm();
    composite('ALARM("heartbeat")');
    const joined = () =>
      events.filter(({ event }) => event.detail.alarmName === 'joined').map(({ event }) => event.detail.state);
    beat(200);
    await run(3);
    expect(joined()).toMatchObject([{ value: 'OK' }]);
    await run(320);
    expect(service.stateOf(region, 'joined')).toBe('ALARM');
    const rang = events.findLast(({ event }) => event.detail.alarmName === 'heartbeat')?.atSeconds ?? 0;
    expect(events.at(-1)?.atSeconds).toBeGreaterThan(rang);
    expect(events.at(-1)?.event.detail).toMatchObject({ configuration: { alarmRule: 'ALARM("heartbeat")' } });
  });
});
