import { prewarmNamespace } from '../plan/names.ts';
import type { ClusterApi } from './cluster-api.ts';
import type { NodeGroups } from './node-groups.ts';
import type { NodeTarget } from './node-targets.ts';
import { daemonSets, deployments, prewarmLabels } from './prewarm-objects.ts';
import type { PrewarmedWorkload } from './prewarm-store.ts';
import { NodeGroupBusyError, requestToken } from './scale-nodes.ts';

const ours = Object.entries(prewarmLabels)
  .map(([name, value]) => `${name}=${value}`)
  .join(',');

export async function removePrewarmObjects(api: ClusterApi): Promise<void> {
  await Promise.all(
    [deployments, daemonSets].map((resource) => api.deleteCollection(resource, prewarmNamespace, ours)),
  );
}

/** Back to the size before; a group that somebody has changed since is theirs. NodeGroupBusyError while it is updated. */
export async function restoreNodes(target: NodeTarget, incidentId: string, nodeGroups: NodeGroups): Promise<void> {
  const { clusterName, nodeGroup, fromSize, toSize } = target;
  const now = await nodeGroups.describe(clusterName, nodeGroup);
  if (now.desiredSize !== toSize) return;
  const token = requestToken(['take-back', incidentId, clusterName, nodeGroup, String(fromSize)]);
  const updateId = await nodeGroups.setDesiredSize(clusterName, nodeGroup, fromSize, token);
  if (updateId === undefined)
    throw new NodeGroupBusyError(`node group ${nodeGroup} of ${clusterName} is being changed`);
}

/** Back to the replicas before, unless somebody has changed them since: the autoscaler's floor first, or it would undo it. */
export async function restorePods(api: ClusterApi, workloads: readonly PrewarmedWorkload[]): Promise<void> {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const present = (await Promise.all(namespaces.map((namespace) => api.listWorkloads(namespace)))).flat();
  await Promise.all(
    workloads.map(async ({ kind, namespace, name, fromReplicas, toReplicas, autoscaler }) => {
      const found = present.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
      if (autoscaler !== undefined)
        await api.setAutoscalerMinimum({ namespace, name: autoscaler.name }, autoscaler.fromMinimum);
      if (found?.replicas === toReplicas) await api.scale({ kind, namespace, name }, fromReplicas);
    }),
  );
}
