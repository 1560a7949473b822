import {
  DescribeNodegroupCommand,
  type EKSClient,
  ResourceInUseException,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';

export interface NodeGroupSize {
  readonly desiredSize: number;
  readonly maxSize: number;
  /** `ACTIVE`, `UPDATING`, `DEGRADED` … */
  readonly status: string;
}

/** Managed node groups of this region's EKS clusters. */
export interface NodeGroups {
  describe(clusterName: string, nodeGroup: string): Promise<NodeGroupSize>;
  /**
   * Returns the id of the update, undefined when another one is under way and this was refused; the same
   * `requestToken` never starts a second one.
   */
  setDesiredSize(
    clusterName: string,
    nodeGroup: string,
    desiredSize: number,
    requestToken: string,
  ): Promise<string | undefined>;
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
      const scalingConfig = { desiredSize };
      try {
        const { update } = await client.send(
          new UpdateNodegroupConfigCommand({ clusterName, nodegroupName, clientRequestToken, scalingConfig }),
        );
        return update?.id ?? '';
      } catch (error) {
        if (error instanceof ResourceInUseException) return undefined;
        throw error;
      }
    },
  };
}
