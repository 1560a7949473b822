import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';
import { type AlarmProperties, comparisons } from './alarm-resources.ts';
import { type AlarmState, alarmState, type DataPoint, evaluationRange } from './alarm-state.ts';
import { type MetricStore, metricKey } from './metric-store.ts';

interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  readonly atMs: number;
}

/** A change of state, and what there is to do about it. */
export interface Transition {
  readonly previous: StateRecord;
  readonly next: StateRecord;
  readonly topicArns: readonly string[];
}

/** A metric alarm on one metric. */
export class Alarm {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly properties: AlarmProperties;
  readonly #metric: string;
  #state: StateRecord;

  constructor(name: string, arn: string, region: string, properties: AlarmProperties, createdMs: number) {
    this.name = name;
    this.arn = arn;
    this.region = region;
    this.properties = properties;
    this.#metric = metricKey(region, properties.Namespace, properties.MetricName, this.#dimensions());
    this.#state = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', atMs: createdMs };
  }

  get state(): StateRecord {
    return this.#state;
  }

  /** High-resolution alarms are evaluated every 10 seconds, others every minute. */
  get evaluationIntervalMs(): number {
    return this.properties.Period < 60 ? 10_000 : 60_000;
  }

  /** Looks at the complete periods before now; undefined when the state stays. */
  evaluate(metrics: MetricStore, nowMs: number): Transition | undefined {
    const { EvaluationPeriods, DatapointsToAlarm, TreatMissingData } = this.properties;
    const points = this.#points(metrics, nowMs);
    const rule = {
      evaluationPeriods: EvaluationPeriods,
      datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
      missingData: TreatMissingData ?? 'missing',
    };
    const value = alarmState(points, rule, this.#state.value);
    if (value === this.#state.value) return undefined;
    const previous = this.#state;
    this.#state = { value, reason: this.#reason(points, value), atMs: nowMs };
    return { previous, next: this.#state, topicArns: this.#topics(value) };
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
  event({ previous, next }: Transition): ServiceEvent {
    const { AlarmDescription, Namespace, MetricName, Period, Statistic } = this.properties;
    return {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [this.arn],
      detail: {
        alarmName: this.name,
        state: inEvent(next),
        previousState: inEvent(previous),
        configuration: {
          ...(AlarmDescription === undefined ? {} : { description: AlarmDescription }),
          metrics: [
            {
              id: 'm1',
              metricStat: {
                metric: { namespace: Namespace, name: MetricName, dimensions: this.#dimensions() },
                period: Period,
                stat: Statistic,
              },
              returnData: true,
            },
          ],
        },
      },
    };
  }

  /** What a topic gets. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
  message({ previous, next }: Transition, accountId: string): { Subject: string; Message: string } {
    const { properties } = this;
    return {
      Subject: `${next.value}: "${this.name}" in ${this.region}`.slice(0, 100),
      Message: JSON.stringify({
        AlarmName: this.name,
        AlarmDescription: properties.AlarmDescription ?? null,
        AWSAccountId: accountId,
        NewStateValue: next.value,
        NewStateReason: next.reason,
        StateChangeTime: stamp(next.atMs),
        Region: this.region,
        AlarmArn: this.arn,
        OldStateValue: previous.value,
        Trigger: {
          MetricName: properties.MetricName,
          Namespace: properties.Namespace,
          Statistic: properties.Statistic,
          Dimensions: (properties.Dimensions ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
          Period: properties.Period,
          EvaluationPeriods: properties.EvaluationPeriods,
          ComparisonOperator: properties.ComparisonOperator,
          Threshold: properties.Threshold,
          TreatMissingData: properties.TreatMissingData ?? 'missing',
        },
      }),
    };
  }

  /** As DescribeAlarms gives it. */
  describe(): Record<string, unknown> {
    const { Tags: _tags, ...configuration } = this.properties;
    return {
      ...configuration,
      AlarmName: this.name,
      AlarmArn: this.arn,
      StateValue: this.#state.value,
      StateReason: this.#state.reason,
      StateUpdatedTimestamp: new Date(this.#state.atMs),
    };
  }

  #points(metrics: MetricStore, nowMs: number): DataPoint[] {
    const { Period, EvaluationPeriods, Statistic, ComparisonOperator, Threshold } = this.properties;
    const periodMs = Period * 1000;
    const granularityMs = Math.min(periodMs, 60_000);
    const endMs = Math.floor(nowMs / granularityMs) * granularityMs;
    const range = evaluationRange(EvaluationPeriods);
    return Array.from({ length: range }, (_, index) => {
      const fromMs = endMs - (range - index) * periodMs;
      const value = metrics.statistic(this.#metric, Statistic, fromMs, fromMs + periodMs);
      return value === undefined ? undefined : comparisons[ComparisonOperator](value, Threshold);
    });
  }

  #reason(points: readonly DataPoint[], value: AlarmState): string {
    const real = points.filter((point) => point !== undefined).length;
    const breaching = points.filter((point) => point === true).length;
    const { Threshold, ComparisonOperator, EvaluationPeriods } = this.properties;
    if (value === 'INSUFFICIENT_DATA') return `Insufficient Data: ${EvaluationPeriods - real} datapoints were unknown.`;
    return `Threshold Crossed: ${breaching} of ${real} datapoints were ${ComparisonOperator} (${Threshold}), ${points.length - real} missing.`;
  }

  #topics(value: AlarmState): readonly string[] {
    const { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions } = this.properties;
    if (ActionsEnabled === false) return [];
    const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions };
    return actions[value] ?? [];
  }

  #dimensions(): Record<string, string> {
    return Object.fromEntries((this.properties.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  }
}

function inEvent(state: StateRecord): Record<string, string> {
  return { value: state.value, reason: state.reason, timestamp: stamp(state.atMs) };
}

/** `2026-11-21T06:00:00.000+0000`: CloudWatch writes the zone so. */
function stamp(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000');
}
