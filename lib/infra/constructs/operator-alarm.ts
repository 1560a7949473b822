import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { functionName, metricNamespace } from '../../plan/names.ts';
import type { OwnDimensions, OwnMetric } from '../../plan/own-metrics.ts';
import type { Footing } from './footing.ts';
import type { OperatorsTopic } from './operators-topic.ts';

/** What every alarm of a stack stands on. */
export interface AlarmParts {
  readonly foundation: Footing;
  readonly topic: OperatorsTopic;
}

export interface OperatorAlarmProps extends AlarmParts {
  /** Without the estate; fixed, because people and runbooks know alarms by their names. */
  readonly name: string;
  /** What is wrong when it rings, in one sentence without a full stop. */
  readonly says: string;
  /** Anchor of its entry in docs/runbook.md. */
  readonly entry: string;
  readonly metric: IMetric;
  /** Rings when the metric is above this. */
  readonly above?: number;
  /** Rings when the metric is below this. One of the two. */
  readonly below?: number;
  /** Periods of the metric, all of them. Default: 1. */
  readonly periods?: number;
  /**
   * What no data means, and each alarm says why. `fine`: nothing happened. `silence`: whoever should send is dead, which
   * is told too; by the state INSUFFICIENT_DATA, so that a fresh deployment, which hasn't sent yet, tells nobody.
   */
  readonly noData: 'fine' | 'silence';
}

/** An alarm that tells the operators, and which entry of the runbook says what to do. */
export class OperatorAlarm extends Construct {
  constructor(scope: Construct, id: string, props: OperatorAlarmProps) {
    super(scope, id);
    const { foundation, topic, above, below, periods = 1 } = props;
    const threshold = above ?? below;
    if (threshold === undefined) throw new TypeError(`alarm ${props.name} is neither above nor below anything`);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: functionName(foundation.plan, props.name),
      alarmDescription: `${props.says}: docs/runbook.md#${props.entry}`,
      metric: props.metric,
      comparisonOperator:
        above === undefined ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: props.noData === 'fine' ? TreatMissingData.NOT_BREACHING : TreatMissingData.MISSING,
    });
    alarm.addAlarmAction(new SnsAction(topic.topic));
    if (props.noData === 'silence') alarm.addInsufficientDataAction(new SnsAction(topic.topic));
  }
}

/** One of Lifeboat's own metrics, as the functions of this region write it. */
export function ownMetric(
  { foundation }: AlarmParts,
  name: OwnMetric,
  options: { readonly statistic: string; readonly periodSeconds: number; readonly dimensions?: OwnDimensions },
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { Estate: foundation.plan.estate, ...options.dimensions },
    statistic: options.statistic,
    period: Duration.seconds(options.periodSeconds),
  });
}
