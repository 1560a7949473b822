import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { type AlarmParts, OperatorAlarm } from './operator-alarm.ts';

/** More than a lost beat stays in its queue: only beats that go on being lost fill it for so long. */
const lostBeatMinutes = 10;

/** Tells the operators that an event was given up: what decides was deaf for a while. */
export function deadLettersAlarm(scope: Construct, parts: AlarmParts): void {
  new OperatorAlarm(scope, 'DeadLetters', {
    ...parts,
    name: 'dead-letters',
    says: 'Events were given up',
    entry: 'estate-dead-letters',
    metric: depth(parts.foundation.deadLetters),
    above: 0,
    // An empty queue that nobody touches sends no metrics.
    noData: 'fine',
  });
}

/**
 * Tells the operators that an event was given up, and that beats are lost again and again. A few beats that a short outage killed are nobody's work, because the next ones come within a minute.
 */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts & { readonly foundation: Foundation }) {
    super(scope, id);
    deadLettersAlarm(this, parts);
    new OperatorAlarm(this, 'LostBeats', {
      ...parts,
      name: 'lost-beats',
      says: `Beats have been lost for ${lostBeatMinutes} minutes`,
      entry: 'estate-lost-beats',
      metric: depth(parts.foundation.lostBeats),
      above: 0,
      periods: lostBeatMinutes,
      // An empty queue that nobody touches sends no metrics.
      noData: 'fine',
    });
  }
}

function depth(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });
}
