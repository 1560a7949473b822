import type { EksCluster, EksClusterInRegion, NodeGroup, Plan } from '../plan/plan.ts';
import type { CapturedNodeGroups, CaptureStore } from './capture-store.ts';
import type { NodeGroups } from './node-groups.ts';
import { platformName } from './scope.ts';

/** A node group of the plan in one region, and to what size it is to be brought. */
export interface NodeTarget {
  /** Name in the plan. */
  readonly cluster: string;
  readonly clusterName: string;
  readonly nodeGroup: string;
  readonly fromSize: number;
  /** Never below `fromSize`. */
  readonly toSize: number;
}

export interface NodeTargetsDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly captures: Pick<CaptureStore, 'nodeGroups'>;
  readonly nodeGroups: Pick<NodeGroups, 'describe'>;
}

interface Place {
  readonly cluster: EksCluster;
  readonly inRegion: EksClusterInRegion;
  readonly group: NodeGroup;
}

/**
 * As many nodes as the active region had, bounded by the plan's and the group's maximum; never fewer than there are.
 * Clusters with an autoscaler are left to it. One result per group, so that one that can't be asked keeps no other.
 */
export function nodeTargets(dependencies: NodeTargetsDependencies): Promise<PromiseSettledResult<NodeTarget>[]> {
  const { plan, region } = dependencies;
  const places = plan.clusters.flatMap((cluster): Place[] => {
    const inRegion = cluster.kind === 'eks' ? cluster.regions[region] : undefined;
    if (cluster.kind !== 'eks' || inRegion === undefined) return [];
    return inRegion.nodeGroups.map((group) => ({ cluster, inRegion, group }));
  });
  return Promise.allSettled(places.map((place) => targetOf(place, dependencies)));
}

async function targetOf(
  { cluster, inRegion, group }: Place,
  { captures, nodeGroups }: NodeTargetsDependencies,
): Promise<NodeTarget> {
  const { clusterName } = inRegion;
  const captured = await captures.nodeGroups(platformName, cluster.name);
  const now = await nodeGroups.describe(clusterName, group.name);
  const wanted = Math.min(capturedSize(captured, inRegion.nodeGroups, group), group.maxSize, now.maxSize);
  const toSize = inRegion.autoscaler === 'none' ? Math.max(now.desiredSize, wanted) : now.desiredSize;
  return { cluster: cluster.name, clusterName, nodeGroup: group.name, fromSize: now.desiredSize, toSize };
}

/**
 * By name. The groups of this region that the other one doesn't have by name take, in their order, the sizes of those
 * that are left there; with nothing captured for it a group goes to its maximum, because too many nodes cost less than too few.
 */
function capturedSize(
  captured: CapturedNodeGroups | undefined,
  groups: readonly NodeGroup[],
  group: NodeGroup,
): number {
  const there = captured?.nodeGroups ?? [];
  const byName = there.find(({ name }) => name === group.name);
  if (byName !== undefined) return byName.desiredSize;
  const unmatched = groups.filter(({ name }) => there.every((other) => other.name !== name));
  const left = there.filter(({ name }) => groups.every((other) => other.name !== name));
  return left[unmatched.indexOf(group)]?.desiredSize ?? group.maxSize;
}
