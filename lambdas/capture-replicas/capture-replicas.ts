import type { Authority } from '../../lib/authority/authority.ts';
import { captureScope } from '../../lib/cluster/capture.ts';
import type { CapturedNodeGroups, CaptureStore } from '../../lib/cluster/capture-store.ts';
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

/** Writes what runs in the active region into both regions; a failing table doesn't keep the other from being written. */
export async function captureReplicas(
  _input: InputOf<typeof contract>,
  dependencies: CaptureReplicasDependencies,
): Promise<OutputOf<typeof contract>> {
  const { plan, region } = dependencies;
  const record = await dependencies.authority.read();
  if (record?.activeRegion !== region) return { role: 'standby', applications: 0, workloads: 0 };
  const names = [platformName, ...plan.applications.map(({ name }) => name)];
  const counts = await Promise.all(names.map((name) => captureOne(name, record.epoch, dependencies)));
  await Promise.all(plan.clusters.map((cluster) => captureNodes(cluster, dependencies)));
  return { role: 'active', applications: names.length, workloads: counts.reduce((sum, count) => sum + count, 0) };
}

async function captureOne(name: string, epoch: number, dependencies: CaptureReplicasDependencies): Promise<number> {
  const { plan, region, nowMs, clusters, stores } = dependencies;
  const withManifests = plan.applications.some((one) => one.name === name && one.pattern === 'pilot-light');
  const parts = await Promise.all(
    scopesOf(plan, name).map(async (scope) => {
      const cluster = plan.clusters.find((candidate) => candidate.name === scope.cluster);
      if (cluster === undefined) throw new RangeError(`the plan has no cluster ${scope.cluster}`);
      return captureScope(await clusters(cluster), scope, withManifests);
    }),
  );
  const workloads = parts.flatMap((part) => part.workloads);
  const requiredSecrets = parts.flatMap((part) => part.requiredSecrets);
  const summary = { application: name, region, epoch, capturedAtMs: nowMs(), workloads, requiredSecrets };
  const manifests = parts.flatMap((part) => part.manifests);
  await writeToAll(stores, (store) => store.write(summary, manifests));
  return workloads.length;
}

async function captureNodes(cluster: Cluster, dependencies: CaptureReplicasDependencies): Promise<void> {
  if (cluster.kind !== 'eks') return;
  const inRegion = cluster.regions[dependencies.region];
  if (inRegion === undefined) return;
  const nodeGroups = await Promise.all(
    inRegion.nodeGroups.map(async ({ name }) => {
      const { desiredSize } = await dependencies.nodeGroups.describe(inRegion.clusterName, name);
      return { name, desiredSize };
    }),
  );
  const captured: CapturedNodeGroups = { cluster: cluster.name, capturedAtMs: dependencies.nowMs(), nodeGroups };
  await writeToAll(dependencies.stores, (store) => store.writeNodeGroups(platformName, captured));
}

async function writeToAll(
  stores: readonly CaptureStore[],
  write: (store: CaptureStore) => Promise<boolean>,
): Promise<void> {
  const results = await Promise.allSettled(stores.map(write));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
