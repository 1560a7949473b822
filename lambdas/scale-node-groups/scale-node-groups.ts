import { createHash } from 'node:crypto';
import type { CapturedNodeGroups, CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { EksCluster, EksClusterInRegion, NodeGroup, Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { DependencyUnavailableError } from '../shared/errors.ts';
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
  // All are asked before one failure is told: the nodes of the others are needed none the less.
  const perGroup = await Promise.allSettled(
    clusters.flatMap(({ cluster, inRegion }) =>
      inRegion.nodeGroups.map((group) => scaleGroup({ cluster, inRegion, group }, input, dependencies)),
    ),
  );
  const nodeGroups = perGroup.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'nodes-scaling-started',
    executionArn: input.executionArn,
    detail: { nodeGroups },
  });
  return { nodeGroups };
}

interface Place {
  readonly cluster: EksCluster;
  readonly inRegion: EksClusterInRegion;
  readonly group: NodeGroup;
}

async function scaleGroup(
  { cluster, inRegion, group }: Place,
  input: InputOf<typeof contract>,
  { captures, nodeGroups }: ScaleNodeGroupsDependencies,
): Promise<Scaled> {
  const { clusterName } = inRegion;
  const captured = await captures.nodeGroups(platformName, cluster.name);
  const now = await nodeGroups.describe(clusterName, group.name);
  const wanted = Math.min(capturedSize(captured, inRegion.nodeGroups, group), group.maxSize, now.maxSize);
  const toSize = Math.max(now.desiredSize, wanted);
  const sizes = { cluster: cluster.name, nodeGroup: group.name, fromSize: now.desiredSize, toSize };
  if (inRegion.autoscaler !== 'none') return { ...sizes, toSize: now.desiredSize };
  if (toSize === now.desiredSize) return sizes;
  const token = requestToken([input.incidentId, clusterName, group.name, String(toSize)]);
  const updateId = await nodeGroups.setDesiredSize(clusterName, group.name, toSize, token);
  if (updateId !== undefined) return { ...sizes, updateId };
  const meanwhile = await nodeGroups.describe(clusterName, group.name);
  if (meanwhile.desiredSize >= toSize) return { ...sizes, toSize: meanwhile.desiredSize };
  throw new DependencyUnavailableError(
    `node group ${group.name} of ${clusterName} is being changed already, to ${meanwhile.desiredSize} nodes instead of ${toSize}`,
  );
}

/** Under one token per incident, group and size a repeated call is the same update. Hashed, because names may be long. */
function requestToken(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
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
