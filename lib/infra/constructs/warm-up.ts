import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { contract as closeIncident } from '../../../lambdas/close-incident/contract.ts';
import { warmUpEvent } from '../../../lambdas/shared/contract.ts';
import { contract as verifyTraffic } from '../../../lambdas/verify-traffic/contract.ts';
import { functionName } from '../../plan/names.ts';
import { eventSource } from './detection-rules.ts';
import type { Foundation } from './foundation.ts';
import { suspectedDetailType } from './incident-events.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

/** What clients no longer wait for. */
const afterwards: readonly string[] = [verifyTraffic.name, closeIncident.name];
/** Source: EventBridge user guide, "Quotas", targets per rule. */
const targetsPerRule = 5;
/** Later the failover has started without it. */
const useSeconds = 60;

/**
 * Starts an instance of each function that stands between the decision and the release of the traffic, at the first signal:
 * a failover calls them one after the other, and each would start cold.
 */
export class WarmUp extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly foundation: Foundation; readonly functions: Readonly<Record<string, LifeboatFunction>> },
  ) {
    super(scope, id);
    const { foundation, functions } = props;
    const awaited = Object.values(functions).filter(({ verbNoun }) => !afterwards.includes(verbNoun));
    for (let from = 0; from < awaited.length; from += targetsPerRule) {
      const number = from / targetsPerRule + 1;
      const rule = new Rule(this, `Rule${number}`, {
        ruleName: functionName(foundation.plan, `warm-up-${number}`),
        description: `${suspectedDetailType}: functions of the failover start`,
        eventPattern: { source: [eventSource], detailType: [suspectedDetailType] },
      });
      for (const { lambda } of awaited.slice(from, from + targetsPerRule)) {
        // No dead letter: what is lost is some hundred milliseconds.
        const delivery = { maxEventAge: Duration.seconds(useSeconds), retryAttempts: 1 };
        rule.addTarget(new LambdaFunction(lambda, { ...delivery, event: RuleTargetInput.fromObject(warmUpEvent) }));
      }
    }
  }
}
