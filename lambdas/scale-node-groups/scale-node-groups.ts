import type { CapturedNodeGroups, CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { EksCluster, EksClusterInRegion, NodeGroup, Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { contract } from './contract.ts';

export interface ScaleNodeGroupsDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly captures: CaptureStore;
  readonly nodeGroups: NodeGroups;
  readonly journal: Pick<Journal, 'append'>;
}

type Scaled = OutputOf<typeof contract>['nodeGroups'][number];

/** Asks for the captured number of nodes; waits for none of them. */
export async function scaleNodeGroups(
  input: InputOf<typeof contract>,
  dependencies: ScaleNodeGroupsDependencies,
): Promise<OutputOf<typeof contract>> {
  const clusters = dependencies.plan.clusters.flatMap((cluster) => {
    const inRegion = cluster.kind === 'eks' ? cluster.regions[dependencies.region] : undefined;
    return cluster.kind === 'eks' && inRegion !== undefined ? [{ cluster, inRegion }] : [];
  });
  const perCluster = await Promise.all(
    clusters.map(({ cluster, inRegion }) => scaleCluster(cluster, inRegion, input, dependencies)),
  );
  const nodeGroups = perCluster.flat();
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'nodes-scaling-started',
    executionArn: input.executionArn,
    detail: { nodeGroups },
  });
  return { nodeGroups };
}

async function scaleCluster(
  cluster: EksCluster,
  inRegion: EksClusterInRegion,
  input: InputOf<typeof contract>,
  dependencies: ScaleNodeGroupsDependencies,
): Promise<readonly Scaled[]> {
  const captured = await dependencies.captures.nodeGroups(platformName, cluster.name);
  return Promise.all(
    inRegion.nodeGroups.map(async (group, index): Promise<Scaled> => {
      const { clusterName } = inRegion;
      const now = await dependencies.nodeGroups.describe(clusterName, group.name);
      const wanted = Math.min(capturedSize(captured, group, index) ?? group.maxSize, group.maxSize, now.maxSize);
      const toSize = Math.max(now.desiredSize, wanted);
      const sizes = { cluster: cluster.name, nodeGroup: group.name, fromSize: now.desiredSize, toSize };
      if (inRegion.autoscaler !== 'none' || toSize === now.desiredSize) return { ...sizes, toSize: now.desiredSize };
      // Under one token per execution and group a repeated call is the same update.
      const token = `${input.incidentId}-${cluster.name}-${group.name}-${toSize}`.slice(-64);
      return {
        ...sizes,
        updateId: await dependencies.nodeGroups.setDesiredSize(clusterName, group.name, toSize, token),
      };
    }),
  );
}

/** By name; a group that the other region doesn't have by that name takes the size of the one in its place. */
function capturedSize(captured: CapturedNodeGroups | undefined, group: NodeGroup, index: number): number | undefined {
  const groups = captured?.nodeGroups ?? [];
  return (groups.find(({ name }) => name === group.name) ?? groups[index])?.desiredSize;
}
