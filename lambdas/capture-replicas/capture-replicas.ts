import type { Authority } from '../../lib/authority/authority.ts';
import { captureScope } from '../../lib/cluster/capture.ts';
import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { platformName, scopesOf } from '../../lib/cluster/scope.ts';
import type { Cluster, Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { contract } from './contract.ts';

export interface CaptureReplicasDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly nowMs: () => number;
  readonly authority: Pick<Authority, 'read'>;
  readonly clusters: ClusterAccessor;
  readonly nodeGroups: NodeGroups;
  /** The captures tables of this region and of the other one. */
  readonly stores: readonly CaptureStore[];
}

/** Under which authority, and since when, one run captures. */
interface Run {
  readonly epoch: number;
  readonly capturedAtMs: number;
}

/**
 * Writes what runs in the active region into both regions. One table, application or node group that fails doesn't keep
 * the others from being captured; the first failure is thrown when all is done.
 */
export async function captureReplicas(
  _input: InputOf<typeof contract>,
  dependencies: CaptureReplicasDependencies,
): Promise<OutputOf<typeof contract>> {
  const { plan, region, nowMs } = dependencies;
  const record = await dependencies.authority.read();
  // A region that has claimed but doesn't serve yet is still being scaled by what it was told: to capture itself now
  // would put its own half-empty clusters in the place of that.
  if (record?.activeRegion !== region || record.phase !== 'serving') {
    return { role: 'standby', applications: 0, workloads: 0 };
  }
  const run = { epoch: record.epoch, capturedAtMs: nowMs() };
  const names = [platformName, ...plan.applications.map(({ name }) => name)];
  const [applications, nodes] = await Promise.all([
    Promise.allSettled(names.map((name) => captureOne(name, run, dependencies))),
    Promise.allSettled(plan.clusters.map((cluster) => captureNodes(cluster, run, dependencies))),
  ]);
  fulfilled(nodes);
  const counts = fulfilled(applications);
  return { role: 'active', applications: names.length, workloads: counts.reduce((sum, count) => sum + count, 0) };
}

async function captureOne(name: string, run: Run, dependencies: CaptureReplicasDependencies): Promise<number> {
  const { plan, region, clusters, stores } = dependencies;
  const withManifests = plan.applications.some((one) => one.name === name && one.pattern === 'pilot-light');
  const parts = await Promise.all(
    scopesOf(plan, name).map(async (scope) => {
      const cluster = plan.clusters.find((candidate) => candidate.name === scope.cluster);
      if (cluster === undefined) throw new RangeError(`the plan has no cluster ${scope.cluster}`);
      return captureScope(await clusters(cluster), scope, withManifests);
    }),
  );
  const workloads = parts.flatMap((part) => part.workloads);
  const cronJobs = parts.flatMap((part) => part.cronJobs);
  const requiredSecrets = parts.flatMap((part) => part.requiredSecrets);
  const summary = { application: name, region, ...run, workloads, cronJobs, requiredSecrets };
  const manifests = parts.flatMap((part) => part.manifests);
  await writeToAll(stores, (store) => store.write(summary, manifests));
  return workloads.length;
}

async function captureNodes(cluster: Cluster, run: Run, dependencies: CaptureReplicasDependencies): Promise<void> {
  if (cluster.kind !== 'eks') return;
  const inRegion = cluster.regions[dependencies.region];
  if (inRegion === undefined) return;
  const nodeGroups = await Promise.all(
    inRegion.nodeGroups.map(async ({ name }) => {
      const { desiredSize } = await dependencies.nodeGroups.describe(inRegion.clusterName, name);
      return { name, desiredSize };
    }),
  );
  const captured = { cluster: cluster.name, ...run, nodeGroups };
  await writeToAll(dependencies.stores, (store) => store.writeNodeGroups(platformName, captured));
}

async function writeToAll(
  stores: readonly CaptureStore[],
  write: (store: CaptureStore) => Promise<boolean>,
): Promise<void> {
  fulfilled(await Promise.allSettled(stores.map(write)));
}

/** The values of all; throws the first reason if one was rejected. */
function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
