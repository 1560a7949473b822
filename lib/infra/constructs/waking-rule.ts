import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { functionName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

export interface WakingRuleProps {
  readonly foundation: Foundation;
  readonly wakes: LifeboatFunction;
  /** Without the estate. */
  readonly name: string;
  readonly description: string;
  readonly eventPattern: EventPattern;
  /** An event that could not be delivered for so long is a dead letter. */
  readonly maximumEventAgeSeconds: number;
  readonly retryAttempts: number;
}

/** A rule of the default bus that invokes a function with the event; what can't be delivered is a dead letter. */
export function wakingRule(scope: Construct, id: string, props: WakingRuleProps): void {
  const { foundation, wakes, name, description, eventPattern, maximumEventAgeSeconds, retryAttempts } = props;
  const rule = new Rule(scope, id, { ruleName: functionName(foundation.plan, name), description, eventPattern });
  rule.addTarget(
    new LambdaFunction(wakes.lambda, {
      deadLetterQueue: foundation.deadLetters,
      maxEventAge: Duration.seconds(maximumEventAgeSeconds),
      retryAttempts,
    }),
  );
}
