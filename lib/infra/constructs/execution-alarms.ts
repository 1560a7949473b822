import { Duration } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type AlarmParts, OperatorAlarm } from './operator-alarm.ts';

/** Tells the operators of executions that failed or ran out of time: the page of last resort, made by nobody's code. */
export class ExecutionAlarms extends Construct {
  constructor(scope: Construct, id: string, parts: AlarmParts, machines: Readonly<Record<string, StateMachine>>) {
    super(scope, id);
    for (const [name, machine] of Object.entries(machines)) {
      const options = { period: Duration.minutes(1), statistic: 'Sum' };
      new OperatorAlarm(this, `${name}Failed`, {
        ...parts,
        name: `${name}-failed`,
        says: `An execution of ${name} failed`,
        entry: `estate-${name}-failed`,
        metric: machine.metricFailed(options),
        above: 0,
        // Nothing ran, or nothing failed.
        noData: 'fine',
      });
      new OperatorAlarm(this, `${name}TimedOut`, {
        ...parts,
        name: `${name}-timed-out`,
        says: `An execution of ${name} ran out of time`,
        entry: `estate-${name}-timed-out`,
        metric: machine.metricTimedOut(options),
        above: 0,
        // As above.
        noData: 'fine',
      });
    }
  }
}
