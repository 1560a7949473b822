import { peerRegion } from './names.ts';
import type { Plan } from './plan.ts';

/**
 * Partitions whose regions EventBridge sends no events between: AWS Compute Blog, "Expanding cross-Region event routing
 * with Amazon EventBridge" (GovCloud and China). Of the European Sovereign Cloud, which has one region, nothing is said.
 */
const withoutForwarding = /^(?:cn|us-gov|eusc)-/;

export function takesForwardedEvents(region: string): boolean {
  return !withoutForwarding.test(region);
}

/** Does the estate listen to AWS Health? Where the plan leaves it open: wherever events can be forwarded. */
export function hearsAwsHealth({ detection, regions }: Plan): boolean {
  return detection.awsHealth ?? [regions.active, regions.standby].every(takesForwardedEvents);
}

/**
 * Region that gets a copy of every AWS Health event about `region`. AWS Health user guide, "Creating EventBridge rules for
 * AWS Region coverage".
 */
export function healthBackupRegion(region: string): string {
  return region === 'us-west-2' ? 'us-east-1' : 'us-west-2';
}

/** Events about `about` come in `from` and have to get to `to`. */
export interface HealthForwarding {
  readonly about: string;
  readonly from: string;
  readonly to: string;
}

/**
 * What has to be forwarded so that each of the two regions hears of the other one. A region where the copies arrive by
 * themselves needs nothing; nobody is told of itself. They all start in one region: a second one would have to be the
 * backup of us-west-2, and then us-west-2 is in the estate and is told by AWS.
 */
export function healthForwardings(plan: Plan): readonly HealthForwarding[] {
  if (!hearsAwsHealth(plan)) return [];
  return [plan.regions.active, plan.regions.standby]
    .map((about) => ({ about, from: healthBackupRegion(about), to: peerRegion(plan, about) }))
    .filter(({ from, to }) => from !== to);
}
