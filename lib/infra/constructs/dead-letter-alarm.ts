import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import type { OperatorsTopic } from './operators-topic.ts';

/** Tells the operators that an event was given up: what decides was deaf for a while. */
export class DeadLetterAlarm extends Construct {
  constructor(scope: Construct, id: string, foundation: Foundation, topic: OperatorsTopic) {
    super(scope, id);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: functionName(foundation.plan, 'dead-letters'),
      alarmDescription: 'Events were given up: see docs/runbook.md, dead letters',
      metric: foundation.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      // An empty queue that nobody touches sends no metrics.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic.topic));
    topic.grantPublishToAlarms();
  }
}
