import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, CfnGlobalTable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { authorityTableName } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';

export interface AuthorityStackProps extends StackProps {
  readonly plan: Plan;
}

/**
 * The record of which region is active.
 * `strong`: a global table with multi-region strong consistency, replicas in both regions and a witness in the third.
 * `regional`: a table of the standby region.
 * It is encrypted with AWS's own key: it holds no data of the estate, and a disabled key must not stop a decision.
 */
export class AuthorityStack extends Stack {
  constructor(scope: Construct, id: string, props: AuthorityStackProps) {
    super(scope, id, props);
    if (props.plan.authority.kind === 'strong') this.#strongTable(props.plan);
    else this.#regionalTable(props.plan);
  }

  /** No TTL and no stream: a strongly consistent global table refuses the one and needs not the other. */
  #strongTable(plan: Plan): void {
    const replica = (region: string): CfnGlobalTable.ReplicaSpecificationProperty => ({
      region,
      deletionProtectionEnabled: true,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    const table = new CfnGlobalTable(this, 'Table', {
      tableName: authorityTableName(plan),
      attributeDefinitions: [{ attributeName: 'estate', attributeType: 'S' }],
      keySchema: [{ attributeName: 'estate', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
      multiRegionConsistency: 'STRONG',
      replicas: [replica(plan.regions.active), replica(plan.regions.standby)],
      globalTableWitnesses: [{ region: plan.regions.witness }],
    });
    table.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  }

  #regionalTable(plan: Plan): void {
    new Table(this, 'Table', {
      tableName: authorityTableName(plan),
      partitionKey: { name: 'estate', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
