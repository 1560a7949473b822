import type { Denial } from '../aws/iam/iam.ts';
import { AwsServiceError, type Caller, type IamDemand } from '../aws/service.ts';

/**
 * How each service names a refusal, [error name, HTTP status]: AWS JSON services answer 400
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html), REST and Query services
 * 403 (each API reference's «Common Errors»). `AccessDeniedException`/400 where a service is not listed.
 */
const refusals: Readonly<Record<string, readonly [string, number]>> = {
  cloudwatch: ['AccessDenied', 403],
  eks: ['AccessDeniedException', 403],
  iam: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
  'route-53': ['AccessDenied', 403],
  'route53-recovery-cluster': ['AccessDeniedException', 403],
  s3: ['AccessDenied', 403],
  scheduler: ['AccessDeniedException', 403],
  sns: ['AuthorizationErrorException', 403],
  sqs: ['AccessDenied', 403],
  sts: ['AccessDenied', 403],
};

/** The error that the caller's SDK sees, in AWS's words. */
export function accessDenied(service: string, caller: Caller, demand: IamDemand, denial: Denial): AwsServiceError {
  const [name, status] = refusals[service] ?? ['AccessDeniedException', 400];
  const onResource = demand.resource === '*' ? '' : ` on resource: ${demand.resource}`;
  const because =
    denial === 'explicit'
      ? 'with an explicit deny in a policy'
      : denial === 'resource-policy'
        ? `because no resource-based policy allows the ${demand.action} action`
        : `because no identity-based policy allows the ${demand.action} action`;
  return new AwsServiceError(
    name,
    `User: ${sessionArn(caller)} is not authorized to perform: ${demand.action}${onResource} ${because}`,
    status,
  );
}

/** A role acts as a session of it; services and people are named as they are. */
function sessionArn(caller: Caller): string {
  const role = /^arn:(aws[\w-]*):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(caller.principal);
  if (role === null) return caller.principal.replace(/^service:/, '');
  const session = caller.name.replace(/^[^:]*:/, '').replace(/[@#].*$/, '');
  return `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/${session}`;
}
