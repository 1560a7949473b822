import { recoveryClusterClaims } from '../aws/arc/claims.ts';
import { cloudWatchClaims } from '../aws/cloudwatch/claims.ts';
import { dynamoDbClaims } from '../aws/dynamodb/claims.ts';
import { eksClaims } from '../aws/eks/claims.ts';
import { eventBridgeClaims } from '../aws/eventbridge/claims.ts';
import { awsHealthClaims } from '../aws/health/claims.ts';
import { iamClaims } from '../aws/iam/claims.ts';
import { kmsClaims } from '../aws/kms/claims.ts';
import { lambdaClaims } from '../aws/lambda/claims.ts';
import { logsClaims } from '../aws/logs/claims.ts';
import { rdsClaims } from '../aws/rds/claims.ts';
import { route53Claims } from '../aws/route53/claims.ts';
import { schedulerClaims } from '../aws/scheduler/claims.ts';
import { sfnClaims } from '../aws/sfn/claims.ts';
import { snsClaims } from '../aws/sns/claims.ts';
import { sqsClaims } from '../aws/sqs/claims.ts';
import { stsClaims } from '../aws/sts/claims.ts';
import { estateClaims } from '../estate/claims.ts';
import { kubernetesClaims } from '../kubernetes/claims.ts';
import { networkClaims } from '../network/claims.ts';
import { statesClaims } from '../states/claims.ts';
import { worldClaims } from '../world/claims.ts';
import type { Claim, ServiceClaims } from './claim.ts';

/** Every rule of the world that is written down as a claim, by service. */
export const allClaims: readonly ServiceClaims[] = [
  awsHealthClaims,
  cloudWatchClaims,
  dynamoDbClaims,
  eksClaims,
  estateClaims,
  eventBridgeClaims,
  iamClaims,
  kmsClaims,
  kubernetesClaims,
  lambdaClaims,
  logsClaims,
  networkClaims,
  rdsClaims,
  route53Claims,
  recoveryClusterClaims,
  schedulerClaims,
  sfnClaims,
  snsClaims,
  sqsClaims,
  statesClaims,
  stsClaims,
  worldClaims,
];

export function isUnverified(claim: Claim): boolean {
  return claim.source === undefined;
}

/** What nobody says, of the services that were called under these names and of what holds whoever calls. */
export function unverifiedOf(calledServices: readonly string[]): readonly Claim[] {
  return allClaims
    .filter(({ calledAs }) => calledAs === 'always' || calledAs.some((name) => calledServices.includes(name)))
    .flatMap(({ claims }) => claims.filter(isUnverified));
}
