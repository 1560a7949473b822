import { Construct } from 'constructs';
import type { AuroraGlobalStore, Plan } from '../../plan/plan.ts';
import { dbClusterArn, globalClusterArn } from '../arns.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

export type DataStoreAction = 'DescribeDBClusters' | 'FailoverGlobalCluster';

/**
 * Resource types that each action is checked against.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon RDS".
 */
const checkedAgainst: Readonly<Record<DataStoreAction, readonly ('cluster' | 'global-cluster')[]>> = {
  DescribeDBClusters: ['cluster'],
  FailoverGlobalCluster: ['cluster', 'global-cluster'],
};

/** The data stores of the plan as functions of one region may touch them: this region's clusters, no other's. */
export class DataStoreAccess extends Construct {
  readonly #stores: readonly AuroraGlobalStore[];
  readonly #region: string;

  constructor(scope: Construct, id: string, props: { readonly plan: Plan; readonly region: string }) {
    super(scope, id);
    this.#region = props.region;
    this.#stores = props.plan.applications.flatMap(({ dataStores }) =>
      dataStores.flatMap((store) => (store.kind === 'aurora-global' ? [store] : [])),
    );
  }

  grant(grantee: LifeboatFunction, ...actions: DataStoreAction[]): void {
    for (const action of actions) {
      const arns = checkedAgainst[action].flatMap((type) => this.#arns(type));
      if (arns.length > 0) grantee.allow([`rds:${action}`], arns);
    }
  }

  /** One listing for all databases instead of a call for each: it is authorised on the resource type, not on names. Source: as above. */
  grantListing(grantee: LifeboatFunction): void {
    if (this.#stores.length === 0) return;
    const reason =
      'all databases are followed by one listing, which is authorised on every global cluster of the account';
    grantee.allowWildcard(['rds:DescribeGlobalClusters'], [globalClusterArn(this, '*')], reason);
  }

  /** Metrics have no resource-level permissions, and no condition key for reading. Source: as above, for CloudWatch. */
  grantMetrics(grantee: LifeboatFunction): void {
    if (this.#stores.length > 0) grantee.allow(['cloudwatch:GetMetricData'], ['*']);
  }

  #arns(type: 'cluster' | 'global-cluster'): string[] {
    const arns = this.#stores.flatMap(({ globalCluster, clusters }) => {
      const here = clusters[this.#region];
      if (type === 'global-cluster') return [globalClusterArn(this, globalCluster)];
      return here === undefined ? [] : [dbClusterArn(this, here)];
    });
    return [...new Set(arns)];
  }
}
