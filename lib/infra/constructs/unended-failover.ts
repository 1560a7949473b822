import { EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { contract } from '../../../lambdas/close-unended/contract.ts';
import { functionName } from '../../plan/names.ts';
import { closingEnvironment, grantClosing } from './closing.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';
import { wakingRule } from './waking-rule.ts';

/** A lock that nobody lets go of blocks the next failover: try for as long as the lock itself would stand. */
const maximumEventAgeSeconds = 3600;

/**
 * What Choice, Pass and Wait states can fail of, which have no Catch, and what no Catch takes.
 * Source: Step Functions developer guide, "Handling errors in Step Functions workflows".
 */
const uncaughtErrors = ['States.Runtime', 'States.QueryEvaluationError', 'States.DataLimitExceeded'];

/**
 * What happens when a failover ends without reaching one of its own endings. Nothing inside the state machine can do it:
 * after a stop or a time-out its incident is closed for it, and an error that no Catch can take pages a human.
 */
export class UnendedFailover extends Construct {
  readonly #parts: RegionParts;

  constructor(scope: Construct, id: string, parts: RegionParts, stateMachine: StateMachine) {
    super(scope, id);
    this.#parts = parts;
    const ended = (detail: Record<string, string[]>): EventPattern => ({
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [stateMachine.stateMachineArn], ...detail },
    });
    this.#closeFor(ended({ status: ['ABORTED', 'TIMED_OUT'] }));
    this.#pageFor(ended({ status: ['FAILED'], error: uncaughtErrors }));
  }

  #closeFor(eventPattern: EventPattern): void {
    const { foundation } = this.#parts;
    const close = new LifeboatFunction(this, 'CloseUnended', {
      foundation,
      contract,
      environment: closingEnvironment(this.#parts),
      description: 'Closes an incident whose failover was stopped or ran out of time',
      timeoutSeconds: 30,
      memoryMiB: 256,
      asynchronous: { retryAttempts: 2, maximumAgeSeconds: maximumEventAgeSeconds },
    });
    grantClosing(close, this.#parts);
    wakingRule(this, 'Stopped', {
      foundation,
      wakes: close,
      name: 'failover-stopped',
      description: 'A failover was stopped or ran out of time',
      eventPattern,
      maximumEventAgeSeconds,
      retryAttempts: 10,
    });
  }

  #pageFor(eventPattern: EventPattern): void {
    const { foundation, topic } = this.#parts;
    const rule = new Rule(this, 'Broken', {
      ruleName: functionName(foundation.plan, 'failover-broken'),
      description: 'A failover ended with an error that no state can catch',
      eventPattern,
    });
    const execution = EventField.fromPath('$.detail.name');
    rule.addTarget(
      new SnsTopic(topic.topic, {
        deadLetterQueue: foundation.deadLetters,
        message: RuleTargetInput.fromText(
          `Lifeboat: execution ${execution} of the failover broke off. Its lock runs out by itself. See docs/runbook.md.`,
        ),
      }),
    );
  }
}
