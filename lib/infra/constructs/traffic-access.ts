import { Stack } from 'aws-cdk-lib';
import { zoneEpochName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { routingControlStates, zonesToChange } from '../../plan/traffic.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

type ChangeAction = 'CREATE' | 'DELETE' | 'UPSERT';

/**
 * Lets the function change exactly the plan's names in mode `record-change` and the epoch record beside them, by zone.
 * The condition keys hold for every change of a batch: Route 53 developer guide, "Using IAM policy conditions for
 * fine-grained access control". Nothing where the plan has no such name.
 */
export function grantRecordChanges(
  grantee: LifeboatFunction,
  plan: Plan,
  region: string,
  ...actions: readonly ChangeAction[]
): void {
  const { partition } = Stack.of(grantee);
  for (const { hostedZoneId, zone, names } of zonesToChange(plan, region)) {
    const zoneArn = `arn:${partition}:route53:::hostedzone/${hostedZoneId}`;
    grantee.allow(['route53:ListResourceRecordSets'], [zoneArn]);
    grantee.allow(['route53:ChangeResourceRecordSets'], [zoneArn], {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [
          ...names.map(({ name }) => name),
          zoneEpochName(plan, zone),
        ],
        'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME', 'TXT'],
        'route53:ChangeResourceRecordSetsActions': [...actions],
      },
    });
  }
}

/**
 * Lets the function switch the plan's routing controls, and never past a safety rule. Source: service authorization
 * reference, "Actions, resources, and condition keys for Amazon Route 53 Recovery Cluster".
 */
export function grantRoutingControls(grantee: LifeboatFunction, plan: Plan, region: string): void {
  const arns = [...routingControlStates(plan, region).keys()];
  if (arns.length === 0) return;
  grantee.allow(['route53-recovery-cluster:UpdateRoutingControlStates'], arns, {
    BoolIfExists: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' },
  });
}
