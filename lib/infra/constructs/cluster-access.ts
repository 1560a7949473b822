import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { ingressNamespaces } from '../../plan/ingress.ts';
import { prewarmNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { accessPolicyArn, eksClusterArn, nodeGroupArn } from '../arns.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

/**
 * Predefined access policies, the narrowest that do.
 * View: reads workloads, no Secrets. Edit: changes workloads, and asks services through the API server's proxy (get on
 * services/proxy, which View lacks).
 * Source: EKS user guide, "Review access policy permissions".
 */
export type ClusterPermission = 'AmazonEKSViewPolicy' | 'AmazonEKSEditPolicy';

interface Grant {
  readonly permission: ClusterPermission;
  readonly namespaces: readonly string[];
}

/** The EKS clusters of one region, and who may do what in them. */
export class ClusterAccess extends Construct {
  readonly #plan: Plan;
  readonly #region: string;

  constructor(scope: Construct, id: string, props: { readonly plan: Plan; readonly region: string }) {
    super(scope, id);
    this.#plan = props.plan;
    this.#region = props.region;
  }

  /** Lets the function find each cluster's endpoint and act inside it, in the namespaces that the plan names there. */
  grantKubernetes(grantee: LifeboatFunction, permission: ClusterPermission): void {
    this.#grant(grantee, (cluster) => [{ permission, namespaces: this.#namespaces(cluster) }]);
  }

  /** Starts applications: changes workloads where the plan has some, and clears the room that was held for them. */
  grantRecovery(grantee: LifeboatFunction): void {
    this.#grant(grantee, (cluster) => [
      { permission: 'AmazonEKSEditPolicy', namespaces: [...this.#namespaces(cluster), prewarmNamespace] },
    ]);
  }

  /** Scales the ingress, and nothing else. */
  grantIngress(grantee: LifeboatFunction): void {
    this.#grant(grantee, (cluster) => {
      const namespaces = ingressNamespaces(this.#plan, cluster);
      return namespaces.length === 0 ? [] : [{ permission: 'AmazonEKSEditPolicy', namespaces }];
    });
  }

  /** Makes or removes what lies in lifeboat-prewarm; of applications changes only those that start early, and reads others if it `reads`. */
  grantPrewarm(grantee: LifeboatFunction, { reads }: { readonly reads: boolean }): void {
    this.#grant(grantee, (cluster) => {
      const early = this.#plan.applications
        .filter((application) => application.cluster === cluster && application.prewarm === 'pods')
        .flatMap(({ namespaces }) => namespaces);
      const edited = [...new Set([...early, prewarmNamespace])].sort();
      return [
        { permission: 'AmazonEKSEditPolicy', namespaces: edited },
        ...(reads ? [{ permission: 'AmazonEKSViewPolicy' as const, namespaces: this.#namespaces(cluster) }] : []),
      ];
    });
  }

  #grant(grantee: LifeboatFunction, scopes: (cluster: string) => readonly Grant[]): void {
    // A scope needs a namespace; nobody has business in a cluster that holds nothing of theirs.
    const granted = this.#eksClusters()
      .filter((cluster) => this.#namespaces(cluster.name).length > 0)
      .map((cluster) => ({ ...cluster, grants: scopes(cluster.name) }))
      .filter(({ grants }) => grants.length > 0);
    for (const { name, clusterName, grants } of granted) {
      new CfnAccessEntry(this, `${grantee.node.id}-${name}`, {
        clusterName,
        principalArn: grantee.role.roleArn,
        type: 'STANDARD',
        accessPolicies: grants.map(({ permission, namespaces }) => ({
          policyArn: accessPolicyArn(this, permission),
          accessScope: { type: 'namespace', namespaces: [...namespaces] },
        })),
      });
    }
    if (granted.length === 0) return;
    const clusterArns = granted.map(({ clusterName }) => eksClusterArn(this, clusterName));
    grantee.allow(['eks:DescribeCluster'], clusterArns);
  }

  grantNodeGroups(grantee: LifeboatFunction, ...actions: ('DescribeNodegroup' | 'UpdateNodegroupConfig')[]): void {
    const arns = this.#eksClusters().flatMap((cluster) =>
      cluster.nodeGroups.map((nodeGroup) => nodeGroupArn(this, cluster.clusterName, nodeGroup.name)),
    );
    if (arns.length === 0) return;
    grantee.allowWildcard(
      actions.map((action) => `eks:${action}`),
      arns,
      "the ARN of a node group ends in an id that EKS makes up; cluster and node group are the plan's",
    );
  }

  #eksClusters() {
    return this.#plan.clusters.flatMap((cluster) => {
      const here = cluster.kind === 'eks' ? cluster.regions[this.#region] : undefined;
      return here === undefined ? [] : [{ name: cluster.name, ...here }];
    });
  }

  #namespaces(cluster: string): string[] {
    const applications = this.#plan.applications.filter((application) => application.cluster === cluster);
    const components = this.#plan.platform.components.filter((component) => component.cluster === cluster);
    return [...new Set([...applications, ...components].flatMap((member) => member.namespaces))].sort();
  }
}
