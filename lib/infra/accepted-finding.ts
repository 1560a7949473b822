import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Says of a construct (and what is below it) that a finding of cdk-nag's AwsSolutions pack is right as it stands, and
 * why. It changes no template; test/lib/infra/nag.test.ts runs the pack and fails on every finding without a reason.
 */
export function acceptFinding(construct: Construct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

/** The pack names a wildcard in a policy by the ARN that has it, so each is accepted by itself. */
export function acceptWildcard(construct: Construct, resource: string, reason: string): void {
  acceptFinding(construct, `IAM5[Resource::${flat(Stack.of(construct).resolve(resource))}]`, reason);
}

/** As cdk-nag writes CloudFormation's functions in the name of a finding: `arn:<AWS::Partition>:…`. */
function flat(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved !== 'object' || resolved === null) return JSON.stringify(resolved);
  if ('Ref' in resolved) return `<${String(resolved.Ref)}>`;
  if ('Fn::Join' in resolved) {
    const [delimiter, parts] = resolved['Fn::Join'] as [string, unknown[]];
    return parts.map(flat).join(delimiter);
  }
  return JSON.stringify(resolved);
}
