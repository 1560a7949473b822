import { createHash } from 'node:crypto';
import type { NodeGroups } from './node-groups.ts';
import type { NodeTarget } from './node-targets.ts';

/** Another update of the group is under way and goes to fewer nodes than are wanted: it may be asked again later. */
export class NodeGroupBusyError extends Error {
  override readonly name = 'NodeGroupBusyError';
}

export interface ScaledNodes extends Pick<NodeTarget, 'cluster' | 'nodeGroup' | 'fromSize' | 'toSize'> {
  readonly updateId?: string;
}

/**
 * Asks for the size of the target; waits for no node. A group that is being updated already is left alone when it goes
 * to at least as many. Under one incident, group and size a repeated call is the same update.
 */
export async function scaleNodes(target: NodeTarget, incidentId: string, nodeGroups: NodeGroups): Promise<ScaledNodes> {
  const { cluster, clusterName, nodeGroup, fromSize, toSize } = target;
  const sizes = { cluster, nodeGroup, fromSize, toSize };
  if (toSize === fromSize) return sizes;
  const token = requestToken([incidentId, clusterName, nodeGroup, String(toSize)]);
  const updateId = await nodeGroups.setDesiredSize(clusterName, nodeGroup, toSize, token);
  if (updateId !== undefined) return { ...sizes, updateId };
  const meanwhile = await nodeGroups.describe(clusterName, nodeGroup);
  if (meanwhile.desiredSize >= toSize) return { ...sizes, toSize: meanwhile.desiredSize };
  throw new NodeGroupBusyError(
    `node group ${nodeGroup} of ${clusterName} is being changed already, to ${meanwhile.desiredSize} nodes instead of ${toSize}`,
  );
}

/** EKS takes a token of up to 64 characters; hashed, because names may be long. */
export function requestToken(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
