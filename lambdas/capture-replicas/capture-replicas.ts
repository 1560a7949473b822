import type { Authority } from '../../lib/authority/authority.ts';
import { captureScope } from '../../lib/cluster/capture.ts';
import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { platformName, scopesOf } from '../../lib/cluster/scope.ts';
import type { Cluster, Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { errorFields, type Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { isTransientFailure } from '../shared/transient-failure.ts';
import { captureAgeSeconds } from './capture-age.ts';
import type { contract } from './contract.ts';

export interface CaptureReplicasDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly nowMs: () => number;
  readonly authority: Pick<Authority, 'read'>;
  readonly clusters: ClusterAccessor;
  readonly nodeGroups: NodeGroups;
  readonly log: Log;
  /** The captures table of this region. */
  readonly own: CaptureStore;
  /** The captures table of the other region, which is the one that needs it. */
  readonly peer: CaptureStore;
  readonly metrics: Metrics;
}

type Write = (store: CaptureStore) => Promise<boolean>;

/** The beat in the metric Beats. */
const beat = { Beat: 'capture-replicas' } as const;

/** Under which authority, and since when, one run captures. */
interface Run {
  readonly epoch: number;
  readonly capturedAtMs: number;
  /** Writes into both regions; rejects with what fails in the own one, or for good in the other. */
  readonly writeToBoth: (write: Write) => Promise<void>;
}

/**
 * Writes what runs in the active region into both regions. One table, application or node group that fails doesn't keep
 * the others from being captured; the first failure is thrown when all is done. The other region may be the one that is
 * dead: that it can't be reached is told, and is no failure here. In the standby region it measures how old
 * what it was told is.
 */
export async function captureReplicas(
  _input: InputOf<typeof contract>,
  dependencies: CaptureReplicasDependencies,
): Promise<OutputOf<typeof contract>> {
  const { metrics } = dependencies;
  try {
    const output = await captureOrMeasure(dependencies);
    metrics.record({ Beats: 1 }, beat);
    return output;
  } catch (error) {
    metrics.record({ Beats: 0 }, beat);
    throw error;
  }
}

async function captureOrMeasure(dependencies: CaptureReplicasDependencies): Promise<OutputOf<typeof contract>> {
  const { plan, region, nowMs, own, metrics } = dependencies;
  const names = [platformName, ...plan.applications.map(({ name }) => name)];
  const record = await dependencies.authority.read();
  if (record !== undefined && record.activeRegion !== region) {
    const ageSeconds = await captureAgeSeconds(names, own, nowMs);
    if (ageSeconds !== undefined) metrics.record({ CaptureAgeSeconds: ageSeconds });
  }
  // A region that has claimed but doesn't serve yet is still being scaled by what it was told: to capture itself now
  // would put its own half-empty clusters in the place of that.
  // Neither while it is asked for its lease: its ingress is closed then, and not what has to run elsewhere.
  if (record?.activeRegion !== region || record.phase !== 'serving' || record.yieldRequest !== undefined) {
    return { role: 'standby', applications: 0, workloads: 0, peer: 'not-asked' };
  }
  const unreached: unknown[] = [];
  const writeToBoth = (write: Write) => writeToAll(dependencies, write, (error) => unreached.push(error));
  const run = { epoch: record.epoch, capturedAtMs: nowMs(), writeToBoth };
  const [applications, nodes] = await Promise.all([
    Promise.allSettled(names.map((name) => captureOne(name, run, dependencies))),
    Promise.allSettled(plan.clusters.map((cluster) => captureNodes(cluster, run, dependencies))),
  ]);
  fulfilled(nodes);
  const workloads = fulfilled(applications).reduce((sum, count) => sum + count, 0);
  const [first] = unreached;
  if (first !== undefined) dependencies.log.warn('the other region was not told', errorFields(first));
  return {
    role: 'active',
    applications: names.length,
    workloads,
    peer: unreached.length === 0 ? 'told' : 'unreachable',
  };
}

async function captureOne(name: string, run: Run, dependencies: CaptureReplicasDependencies): Promise<number> {
  const { plan, region, clusters } = dependencies;
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
  const { epoch, capturedAtMs } = run;
  const summary = { application: name, region, epoch, capturedAtMs, workloads, cronJobs, requiredSecrets };
  const manifests = parts.flatMap((part) => part.manifests);
  await run.writeToBoth((store) => store.write(summary, manifests));
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
  const { epoch, capturedAtMs } = run;
  const captured = { cluster: cluster.name, epoch, capturedAtMs, nodeGroups };
  await run.writeToBoth((store) => store.writeNodeGroups(platformName, captured));
}

async function writeToAll(
  { own, peer }: CaptureReplicasDependencies,
  write: Write,
  onUnreached: (error: unknown) => void,
): Promise<void> {
  const [here, there] = await Promise.allSettled([write(own), write(peer)]);
  if (here.status === 'rejected') throw here.reason;
  if (there.status === 'fulfilled') return;
  if (!isTransientFailure(there.reason)) throw there.reason;
  onUnreached(there.reason);
}

/** The values of all; throws the first reason if one was rejected. */
function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
