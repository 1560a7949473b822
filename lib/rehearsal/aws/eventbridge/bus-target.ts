import { InputError } from '../../../plan/input-error.ts';
import type { RuleTarget } from './event-resources.ts';

/** Is this the ARN of an event bus? */
export function isBus(arn: string): boolean {
  return arn.split(':')[2] === 'events';
}

/**
 * Events travel between all regions except those of AWS GovCloud (US) and China. AWS Compute Blog, "Expanding cross-Region
 * event routing with Amazon EventBridge". Of the European Sovereign Cloud nothing is said; here it is like those two.
 */
const withoutCrossRegion = /^(?:cn|us-gov|eusc)-/;

/**
 * InputError for a bus that a rule can't forward to: without a role (EventBridge user guide, "Sending and receiving events
 * between AWS Regions"), with a retry policy, which bus targets don't have (aws-cdk-lib, EventBusProps), or in a region
 * that no event can be sent to from here. Changing the event on its way is not simulated.
 */
export function assertBusTarget(
  target: RuleTarget,
  rule: { readonly ruleName: string; readonly region: string },
): void {
  const at = `rule ${rule.ruleName}: target ${target.Arn}`;
  const region = target.Arn.split(':')[3] ?? '';
  if (target.RoleArn === undefined) throw new InputError(`${at} needs RoleArn`);
  if (target.RetryPolicy !== undefined) throw new InputError(`${at} is an event bus, which takes no RetryPolicy`);
  if (region !== rule.region && [region, rule.region].some((one) => withoutCrossRegion.test(one))) {
    throw new InputError(
      `${at} can't be reached from ${rule.region}: EventBridge sends no events between these regions`,
    );
  }
  if ([target.Input, target.InputPath, target.InputTransformer].some((way) => way !== undefined)) {
    throw new InputError(`not simulated: ${at} with an input of its own`);
  }
}
