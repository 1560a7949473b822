import { Buffer } from 'node:buffer';
import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import type { Cluster } from '../plan/plan.ts';
import type { ClusterApi } from './cluster-api.ts';
import { eksToken } from './eks-token.ts';
import { KubernetesClusterApi } from './kubernetes-cluster-api.ts';

/** Finds the API of a cluster of the plan in this region. */
export type ClusterAccessor = (cluster: Cluster) => Promise<ClusterApi>;

/** A self-managed cluster can't be reached: its credentials are not in the vault of this version. */
export class ClusterNotReachableError extends Error {
  override readonly name = 'ClusterNotReachableError';
}

export interface EksAccessOptions {
  readonly client: EKSClient;
  readonly region: string;
  readonly nowMs: () => number;
  /** Of one request to the API server. */
  readonly timeoutMs: number;
}

/** One ClusterApi per cluster and process: endpoint, certificate authority and token are kept. */
export function eksAccess(options: EksAccessOptions): ClusterAccessor {
  const apis = new Map<string, Promise<ClusterApi>>();
  return (cluster) => {
    let api = apis.get(cluster.name);
    if (api === undefined) {
      api = connect(cluster, options);
      apis.set(cluster.name, api);
      // A failed description must not be kept for the life of the process.
      api.catch(() => apis.delete(cluster.name));
    }
    return api;
  };
}

async function connect(cluster: Cluster, options: EksAccessOptions): Promise<ClusterApi> {
  if (cluster.kind === 'self-managed') {
    throw new ClusterNotReachableError(
      `cluster ${cluster.name} is self-managed: its credentials are not kept for functions yet, so its workloads can't be scaled; use an EKS cluster or scale it by hand`,
    );
  }
  const inRegion = cluster.regions[options.region];
  if (inRegion === undefined) throw new RangeError(`cluster ${cluster.name} has no part in ${options.region}`);
  const { client, region } = options;
  const described = await client.send(new DescribeClusterCommand({ name: inRegion.clusterName }));
  const endpoint = described.cluster?.endpoint;
  const authority = described.cluster?.certificateAuthority?.data;
  if (endpoint === undefined || authority === undefined) {
    throw new ClusterNotReachableError(
      `EKS cluster ${inRegion.clusterName} in ${region} is ${described.cluster?.status ?? 'unknown'} and has no endpoint yet`,
    );
  }
  return new KubernetesClusterApi({
    endpoint,
    certificateAuthority: Buffer.from(authority, 'base64').toString('utf8'),
    timeoutMs: options.timeoutMs,
    bearerToken: eksToken({
      clusterName: inRegion.clusterName,
      region,
      credentials: client.config.credentials,
      sha256: client.config.sha256,
      nowMs: options.nowMs,
    }),
  });
}
