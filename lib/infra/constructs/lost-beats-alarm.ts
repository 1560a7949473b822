import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import type { OperatorsTopic } from './operators-topic.ts';

/** More than a lost beat stays in its queue: only beats that go on being lost fill it for so long. */
const minutesInARow = 10;

/**
 * Tells the operators that beats are lost again and again: somebody no longer probes, renews or captures. A few that a
 * short outage killed are nobody's work, because the next ones come within a minute.
 */
export class LostBeatsAlarm extends Construct {
  constructor(scope: Construct, id: string, foundation: Foundation, topic: OperatorsTopic) {
    super(scope, id);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: functionName(foundation.plan, 'lost-beats'),
      alarmDescription: `Beats have been lost for ${minutesInARow} minutes: see docs/runbook.md, lost beats`,
      metric: foundation.lostBeats.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: minutesInARow,
      datapointsToAlarm: minutesInARow,
      // An empty queue that nobody touches sends no metrics.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic.topic));
    topic.grantPublishToAlarms();
  }
}
