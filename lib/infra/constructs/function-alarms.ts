import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LifeboatFunction } from './lifeboat-function.ts';
import { type AlarmParts, OperatorAlarm } from './operator-alarm.ts';

/** Tells the operators that Lambda had no room for one of this stack's functions; make it last, it looks at them all. */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts) {
    super(scope, id);
    for (const made of Stack.of(this).node.findAll()) {
      if (!(made instanceof LifeboatFunction)) continue;
      new OperatorAlarm(this, `${made.node.id}Throttled`, {
        ...parts,
        name: `throttled-${made.verbNoun}`,
        says: `Lambda refused to run ${made.verbNoun} for want of concurrency`,
        entry: 'estate-throttled-function',
        metric: made.lambda.metricThrottles({ period: Duration.minutes(1), statistic: 'Sum' }),
        above: 0,
        // Nothing was refused, or nobody called.
        noData: 'fine',
      });
    }
  }
}

/** How many minutes in a row the endpoint fails before it is news: a checker asks every 10 s and forgives two. */
const failingMinutes = 3;

/** Tells the operators that Route 53's checkers get errors of the function that says whether this region serves. */
export class DecisionAlarm extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts, answerDecision: LifeboatFunction) {
    super(scope, id);
    new OperatorAlarm(this, 'Errors', {
      ...parts,
      name: 'decision-errors',
      says: `The decision endpoint has failed for ${failingMinutes} minutes`,
      entry: 'estate-decision-errors',
      metric: answerDecision.lambda.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      above: 0,
      periods: failingMinutes,
      // Nobody asks: then nothing hangs on it.
      noData: 'fine',
    });
  }
}
