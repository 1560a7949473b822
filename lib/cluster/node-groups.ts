import { DescribeNodegroupCommand, type EKSClient, UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';

export interface NodeGroupSize {
  readonly desiredSize: number;
  readonly maxSize: number;
  /** `ACTIVE`, `UPDATING`, `DEGRADED` … */
  readonly status: string;
}

/** Managed node groups of this region's EKS clusters. */
export interface NodeGroups {
  describe(clusterName: string, nodeGroup: string): Promise<NodeGroupSize>;
  /** Returns the id of the update; the same `requestToken` never starts a second one. */
  setDesiredSize(clusterName: string, nodeGroup: string, desiredSize: number, requestToken: string): Promise<string>;
}

export function eksNodeGroups(client: EKSClient): NodeGroups {
  return {
    describe: async (clusterName, nodegroupName) => {
      const { nodegroup } = await client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
      return {
        desiredSize: nodegroup?.scalingConfig?.desiredSize ?? 0,
        maxSize: nodegroup?.scalingConfig?.maxSize ?? 0,
        status: nodegroup?.status ?? 'UNKNOWN',
      };
    },
    setDesiredSize: async (clusterName, nodegroupName, desiredSize, clientRequestToken) => {
      const { update } = await client.send(
        new UpdateNodegroupConfigCommand({
          clusterName,
          nodegroupName,
          clientRequestToken,
          scalingConfig: { desiredSize },
        }),
      );
      return update?.id ?? '';
    },
  };
}
