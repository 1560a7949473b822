import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

export interface BeatProps {
  readonly foundation: Foundation;
  readonly target: LifeboatFunction;
  /** verb-noun of the target, and what tells two beats of the same function apart. */
  readonly name: string;
  readonly description: string;
  /** EventBridge Scheduler counts in whole minutes. */
  readonly everyMinutes: number;
  readonly input: Readonly<Record<string, string>>;
}

/** A beat that comes late is worth nothing: the next one is a minute away. Scheduler's least is 60 s. */
const maximumEventAgeSeconds = 60;

/** Starts a function at a steady beat, under a role that can do nothing else. */
export class Beat extends Construct {
  constructor(scope: Construct, id: string, props: BeatProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const functionArn = props.target.lambda.functionArn;
    const queueArn = props.foundation.lostBeats.queueArn;
    const role = new Role(this, 'Role', {
      description: `Starts ${props.name} of ${props.foundation.plan.estate}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: functionName(props.foundation.plan, props.name),
      description: props.description,
      scheduleExpression: props.everyMinutes === 1 ? 'rate(1 minute)' : `rate(${props.everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(props.input),
        deadLetterConfig: { arn: queueArn },
        retryPolicy: { maximumEventAgeInSeconds: maximumEventAgeSeconds, maximumRetryAttempts: 2 },
      },
    });
    // Without its policy the role would fail the first beats.
    schedule.node.addDependency(role);
  }
}
