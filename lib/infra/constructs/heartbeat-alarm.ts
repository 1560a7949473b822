import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { heartbeatAlarmName, heartbeatMetricName, metricNamespace, peerRegion } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';

/** The other region sends a heartbeat every 10 s; CloudWatch's shortest alarm period is 10 s. */
const periodSeconds = 10;
/** One lost heartbeat is weather, three in a row are a signal. */
const missedBeats = 3;

export interface HeartbeatAlarmProps {
  readonly plan: Plan;
  /** Where the alarm lives; it listens to the other region. */
  readonly region: string;
}

/**
 * Silence of the other region. Missing data is breaching on purpose: a dead region sends no zeroes.
 * It stands in ALARM for as long as its own region is the active one, where nobody listens to it.
 */
export class HeartbeatAlarm extends Construct {
  readonly alarmName: string;

  constructor(scope: Construct, id: string, props: HeartbeatAlarmProps) {
    super(scope, id);
    this.alarmName = heartbeatAlarmName(props.plan);
    const sender = peerRegion(props.plan, props.region);
    new Alarm(this, 'Alarm', {
      alarmName: this.alarmName,
      alarmDescription: `No heartbeat of ${sender} for ${missedBeats * periodSeconds} s: docs/runbook.md#estate-heartbeat`,
      metric: new Metric({
        namespace: metricNamespace,
        metricName: heartbeatMetricName,
        dimensionsMap: { Estate: props.plan.estate, Region: sender },
        period: Duration.seconds(periodSeconds),
        statistic: Stats.SAMPLE_COUNT,
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: missedBeats,
      datapointsToAlarm: missedBeats,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
