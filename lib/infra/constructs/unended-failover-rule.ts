import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import type { OperatorsTopic } from './operators-topic.ts';

export interface UnendedFailoverRuleProps {
  readonly foundation: Foundation;
  readonly stateMachine: StateMachine;
  readonly topic: OperatorsTopic;
}

/**
 * Pages a human when a failover ended without reaching one of its own endings: it was stopped, ran out of time or
 * failed while it was failing. Nothing inside the state machine can do that.
 */
export class UnendedFailoverRule extends Construct {
  constructor(scope: Construct, id: string, props: UnendedFailoverRuleProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      ruleName: functionName(props.foundation.plan, 'failover-unended'),
      description: 'A failover was stopped, timed out or failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [props.stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    });
    const name = EventField.fromPath('$.detail.name');
    const status = EventField.fromPath('$.detail.status');
    rule.addTarget(
      new SnsTopic(props.topic.topic, {
        deadLetterQueue: props.foundation.deadLetters,
        message: RuleTargetInput.fromText(
          `Lifeboat: execution ${name} of the failover ended with ${status}. Look at its history; its lock runs out by itself.`,
        ),
      }),
    );
  }
}
