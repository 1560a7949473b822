import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';
import { parseInput, timestamp, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { Alarm, type Transition } from './alarm.ts';
import { type AlarmProperties, alarmProperties } from './alarm-resources.ts';
import type { AlarmState } from './alarm-state.ts';
import { CompositeAlarm, type CompositeAlarmProperties, compositeAlarmProperties } from './composite-alarm.ts';
import { metricData } from './metric-data.ts';
import type { MetricSink } from './metric-sink.ts';
import { MetricStore, metricKey, type Sample } from './metric-store.ts';

const datum = z.strictObject({
  MetricName: z.string().min(1),
  Dimensions: z
    .array(z.strictObject({ Name: z.string(), Value: z.string() }))
    .max(30)
    .optional(),
  Timestamp: timestamp.optional(),
  Value: z.number().optional(),
  StatisticValues: z
    .strictObject({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
    .optional(),
  Values: z.array(z.number()).max(150).optional(),
  Counts: z.array(z.number()).max(150).optional(),
  Unit: z.string().optional(),
  StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
});
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
const putMetricDataInput = z.strictObject({ Namespace: z.string().min(1), MetricData: z.array(datum).max(1000) });
const describeAlarmsInput = z.strictObject({ AlarmNames: z.array(z.string()).optional() });

const minuteMs = 60_000;
/** Time stamps reach from two weeks back to two hours ahead. Same source as above. */
const oldestMs = 14 * 86_400_000;
const newestMs = 2 * 3_600_000;

/** From a child's change of state to the composite alarm's; CloudWatch doesn't say how long it takes. Unverified: cloudwatch.composite-delay. */
const compositeDelayMs = { least: 200, most: 2_000 };

export interface CloudWatchOptions {
  readonly events: { emit(region: string, event: ServiceEvent): void };
}

/** An alarm that told somebody of a bad state. */
export interface RungAlarm {
  readonly name: string;
  readonly region: string;
  readonly atMs: number;
  readonly state: Exclude<AlarmState, 'OK'>;
}

/** CloudWatch: metrics, alarms on one metric each, and composite alarms on those. */
export class CloudWatchService implements AwsService, MetricSink {
  readonly name = 'cloudwatch';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #events: CloudWatchOptions['events'];
  readonly #metrics = new MetricStore();
  readonly #alarms = new Map<string, Alarm>();
  readonly #composites = new Map<string, CompositeAlarm>();
  readonly #rung: RungAlarm[] = [];

  constructor(parts: WorldParts, options: CloudWatchOptions) {
    this.#parts = parts;
    this.#events = options.events;
    this.resources = [
      defineResource('AWS::CloudWatch::Alarm', alarmProperties, (properties, context) =>
        this.#create(properties, context),
      ),
      defineResource('AWS::CloudWatch::CompositeAlarm', compositeAlarmProperties, (properties, context) =>
        this.#createComposite(properties, context),
      ),
    ];
  }

  /** A metric of a service of the world, in the standard resolution of one minute. */
  record(
    region: string,
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    givenMs: number = this.#parts.kernel.nowMs,
  ): void {
    const { nowMs } = this.#parts.kernel;
    const atMs = Math.floor(givenMs / minuteMs) * minuteMs;
    const sample = { atMs, count: 1, sum: value, minimum: value, maximum: value };
    this.#metrics.add(metricKey(region, namespace, name, dimensions), sample, nowMs);
  }

  /** State of an alarm now; undefined if there is none of that name. */
  stateOf(region: string, alarmName: string): AlarmState | undefined {
    const key = `${region}/${alarmName}`;
    return this.#alarms.get(key)?.state.value ?? this.#composites.get(key)?.state;
  }

  /** Alarms that told somebody of a bad state so far, in their order. */
  get rung(): readonly RungAlarm[] {
    return this.#rung;
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    switch (call.operation) {
      case 'PutMetricData': {
        const { Namespace } = parseInput('CloudWatch', call, putMetricDataInput);
        return [{ action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } }];
      }
      case 'DescribeAlarms':
        return [{ action: 'cloudwatch:DescribeAlarms', resource: this.#arn(call.region, '*') }];
      case 'GetMetricData':
        return [{ action: 'cloudwatch:GetMetricData', resource: '*' }];
      default:
        throw unknownOperation('CloudWatch', call.operation);
    }
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    switch (call.operation) {
      case 'PutMetricData':
        return this.#put(call);
      case 'GetMetricData':
        return metricData(call, this.#metrics);
      case 'DescribeAlarms': {
        const { AlarmNames } = parseInput('CloudWatch', call, describeAlarmsInput);
        const alarms = [...this.#alarms.values()].filter(
          (alarm) => alarm.region === call.region && (AlarmNames === undefined || AlarmNames.includes(alarm.name)),
        );
        return { MetricAlarms: alarms.map((alarm) => alarm.describe()), CompositeAlarms: [] };
      }
      default:
        throw unknownOperation('CloudWatch', call.operation);
    }
  }

  #put(call: ServiceCall): Record<string, unknown> {
    const { Namespace, MetricData } = parseInput('CloudWatch', call, putMetricDataInput);
    if (Namespace.startsWith('AWS/')) {
      throw new AwsServiceError(
        'InvalidParameterValueException',
        "The value AWS/ for parameter Namespace is invalid. Namespaces can't start with AWS/.",
      );
    }
    const { nowMs } = this.#parts.kernel;
    for (const one of MetricData) {
      const dimensions = Object.fromEntries((one.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
      const key = metricKey(call.region, Namespace, one.MetricName, dimensions);
      for (const sample of samplesOf(one, nowMs)) this.#metrics.add(key, sample, nowMs);
    }
    return {};
  }

  #create(properties: AlarmProperties, context: ProvisionContext): Provisioned {
    const { region } = context;
    const name = properties.AlarmName ?? context.generatedName;
    if (this.#alarms.has(`${region}/${name}`)) throw new InputError(`alarm ${name} exists in ${region} already`);
    const { kernel } = this.#parts;
    const alarm = new Alarm(name, this.#arn(region, name), region, properties, kernel.nowMs);
    this.#alarms.set(`${region}/${name}`, alarm);
    const intervalMs = alarm.evaluationIntervalMs;
    // Each alarm has its own place in the interval, as AWS's evaluations don't all happen at once.
    const phaseMs = kernel.random(`cloudwatch/${alarm.arn}`).integer(0, intervalMs - 1);
    const firstMs = Math.ceil(kernel.nowMs / intervalMs) * intervalMs + phaseMs;
    kernel.at(firstMs, `${name} is evaluated`, () => this.#evaluate(alarm, intervalMs));
    return { ref: name, attributes: { Arn: alarm.arn } };
  }

  #evaluate(alarm: Alarm, intervalMs: number): void {
    const { kernel, weather } = this.#parts;
    kernel.after(intervalMs, `${alarm.name} is evaluated`, () => this.#evaluate(alarm, intervalMs));
    if (!weather.serviceUp(alarm.region, this.name) || !weather.regionUp(alarm.region)) return;
    const transition = alarm.evaluate(this.#metrics, kernel.nowMs);
    if (transition === undefined) return;
    this.#events.emit(alarm.region, alarm.event(transition));
    const { value: state, atMs } = transition.next;
    if (state !== 'OK' && transition.topicArns.length > 0) {
      this.#rung.push({ name: alarm.name, region: alarm.region, atMs, state });
    }
    this.#evaluateParents(alarm.region, alarm.name);
    for (const topicArn of transition.topicArns) this.#notify(alarm, transition, topicArn);
  }

  #createComposite(properties: CompositeAlarmProperties, { region, generatedName }: ProvisionContext): Provisioned {
    const name = properties.AlarmName ?? generatedName;
    if (this.stateOf(region, name) !== undefined) throw new InputError(`alarm ${name} exists in ${region} already`);
    const { kernel } = this.#parts;
    const alarm = new CompositeAlarm(name, this.#arn(region, name), region, properties, kernel.nowMs);
    const missing = alarm.rule.children.filter((child) => this.stateOf(region, child) === undefined);
    if (missing.length > 0) throw new InputError(`composite alarm ${name}: there is no alarm ${missing.join(', ')}`);
    this.#composites.set(`${region}/${name}`, alarm);
    this.#evaluateSoon(alarm);
    return { ref: name, attributes: { Arn: alarm.arn } };
  }

  #evaluateParents(region: string, child: string): void {
    for (const alarm of this.#composites.values()) {
      if (alarm.region === region && alarm.rule.children.includes(child)) this.#evaluateSoon(alarm);
    }
  }

  #evaluateSoon(alarm: CompositeAlarm): void {
    const { kernel } = this.#parts;
    const delayMs = kernel.random(`cloudwatch/${alarm.arn}`).between(compositeDelayMs.least, compositeDelayMs.most);
    kernel.after(delayMs, `${alarm.name} is evaluated`, () => {
      const event = alarm.evaluate((child) => this.stateOf(alarm.region, child), kernel.nowMs);
      if (event === undefined) return;
      this.#events.emit(alarm.region, event);
      this.#evaluateParents(alarm.region, alarm.name);
    });
  }

  #notify(alarm: Alarm, transition: Transition, topicArn: string): void {
    const { accountId, bus } = this.#parts;
    const caller = {
      principal: 'service:cloudwatch.amazonaws.com',
      name: `cloudwatch:${alarm.name}@${alarm.region}`,
      accountId,
      region: alarm.region,
      sourceArn: alarm.arn,
    };
    const input = { TopicArn: topicArn, ...alarm.message(transition, accountId) };
    // CloudWatch tells nobody when an action fails; the alarm's history would.
    bus.call('sns', { caller, region: alarm.region, operation: 'Publish', input }, () => {});
  }

  #arn(region: string, alarmName: string): string {
    return `arn:aws:cloudwatch:${region}:${this.#parts.accountId}:alarm:${alarmName}`;
  }
}

/** A metric of standard resolution has one data point a minute, at its start: a 10-second alarm sees one in six. */
function samplesOf(one: z.output<typeof datum>, nowMs: number): Sample[] {
  const given = one.Timestamp?.getTime() ?? nowMs;
  if (given < nowMs - oldestMs || given > nowMs + newestMs) {
    throw new AwsServiceError(
      'InvalidParameterValueException',
      'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.',
    );
  }
  const resolutionMs = (one.StorageResolution ?? 60) * 1000;
  const atMs = Math.floor(given / resolutionMs) * resolutionMs;
  const set = one.StatisticValues;
  if (set !== undefined) {
    return [{ atMs, count: set.SampleCount, sum: set.Sum, minimum: set.Minimum, maximum: set.Maximum }];
  }
  const values = one.Values ?? (one.Value === undefined ? [] : [one.Value]);
  if (values.length === 0) {
    throw new AwsServiceError(
      'MissingRequiredParameterException',
      'At least one of the parameters must be specified: Value, Values, StatisticValues.',
    );
  }
  return values.map((value, index) => {
    const count = one.Counts?.[index] ?? 1;
    return { atMs, count, sum: value * count, minimum: value, maximum: value };
  });
}
