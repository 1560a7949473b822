import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Plan } from '../plan/plan.ts';

/** Alias of a region's key; the same in every region, so that one region can name the other's. */
export function keyAlias(plan: Plan): string {
  return `alias/${plan.estate}`;
}

/** Where the plan layer puts the plan (layers are unpacked under /opt). */
export const deployedPlanFile = '/opt/lifeboat/plan.json';

export function tableArn(scope: Construct, region: string, tableName: string): string {
  return Stack.of(scope).formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName });
}

export function defaultEventBusArn(scope: Construct, region: string): string {
  return Stack.of(scope).formatArn({ service: 'events', region, resource: 'event-bus', resourceName: 'default' });
}

export function eksClusterArn(scope: Construct, clusterName: string): string {
  return Stack.of(scope).formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName });
}

/** EKS puts a generated id behind a node group's name, hence the star. */
export function nodeGroupArn(scope: Construct, clusterName: string, nodeGroup: string): string {
  const resourceName = `${clusterName}/${nodeGroup}/*`;
  return Stack.of(scope).formatArn({ service: 'eks', resource: 'nodegroup', resourceName });
}

export function dbClusterArn(scope: Construct, cluster: string): string {
  return Stack.of(scope).formatArn({
    service: 'rds',
    resource: 'cluster',
    resourceName: cluster,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** A global cluster belongs to no region. */
export function globalClusterArn(scope: Construct, globalCluster: string): string {
  return Stack.of(scope).formatArn({
    service: 'rds',
    region: '',
    resource: 'global-cluster',
    resourceName: globalCluster,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Predefined access policies belong to no region and no account. */
export function accessPolicyArn(scope: Construct, policy: string): string {
  return `arn:${Stack.of(scope).partition}:eks::aws:cluster-access-policy/${policy}`;
}
