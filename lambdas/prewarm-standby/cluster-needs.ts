import { autoscalerOf } from '../../lib/cluster/capture.ts';
import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterApi } from '../../lib/cluster/cluster-api.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import { earliestReadySeconds } from '../../lib/cluster/pod-template.ts';
import { type ComingWorkload, comingWorkloads } from '../../lib/cluster/prewarm-needs.ts';
import type { PrewarmedWorkload } from '../../lib/cluster/prewarm-store.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { Application, EksCluster, EksClusterInRegion, Plan } from '../../lib/plan/plan.ts';
import { pullOrder } from '../../lib/plan/pull-order.ts';
import { unrecoverable } from '../../lib/plan/recoverability.ts';

/** An application's workload of which more is going to run. */
type Coming = ComingWorkload & { readonly application: string };

/** What is going to run in one cluster of this region. */
export interface ClusterNeeds {
  readonly cluster: string;
  readonly api: ClusterApi;
  /** Lifeboat sets no node group's size here: pods have to ask for the nodes. */
  readonly hasAutoscaler: boolean;
  /** The most urgent first: there may be more images than nodes have room for, and kubelets pull one after the other. */
  readonly coming: readonly Coming[];
  /** Of applications with `prewarm: pods`: from how many replicas to how many. */
  readonly early: readonly PrewarmedWorkload[];
}

export interface ClusterNeedsDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly captures: CaptureStore;
  readonly clusters: ClusterAccessor;
}

/** One result per EKS cluster of this region, so that one that doesn't answer keeps no other. */
export function clusterNeeds(dependencies: ClusterNeedsDependencies): Promise<PromiseSettledResult<ClusterNeeds>[]> {
  const { plan, region } = dependencies;
  return Promise.allSettled(
    plan.clusters.flatMap((cluster) => {
      const inRegion = cluster.kind === 'eks' ? cluster.regions[region] : undefined;
      return cluster.kind === 'eks' && inRegion !== undefined ? [needsOf(cluster, inRegion, dependencies)] : [];
    }),
  );
}

async function needsOf(
  cluster: EksCluster,
  inRegion: EksClusterInRegion,
  { plan, captures, clusters }: ClusterNeedsDependencies,
): Promise<ClusterNeeds> {
  const api = await clusters(cluster);
  const left = new Set(unrecoverable(plan).map(({ application }) => application));
  const names = [platformName, ...plan.applications.map(({ name }) => name)];
  const perApplication = await Promise.all(
    names
      .filter((name) => !left.has(name))
      .map(async (application) => {
        const summary = await captures.summary(application);
        if (summary === undefined) return [];
        const coming = await comingWorkloads(api, cluster.name, summary, captures);
        return coming.map((one) => ({ application, ...one }));
      }),
  );
  const coming = mostUrgentFirst(plan, perApplication.flat());
  const early = new Set(plan.applications.filter(startsEarly).map(({ name }) => name));
  return {
    cluster: cluster.name,
    api,
    hasAutoscaler: inRegion.autoscaler !== 'none',
    coming,
    early: await before(
      api,
      coming.filter(({ application }) => early.has(application)),
    ),
  };
}

/** The platform, then as their images shorten the recovery most. */
function mostUrgentFirst({ applications }: Plan, coming: readonly Coming[]): readonly Coming[] {
  const startSeconds = new Map<string, number>();
  for (const { application, template } of coming) {
    const seconds = earliestReadySeconds(template.containers ?? []);
    startSeconds.set(application, Math.max(seconds, startSeconds.get(application) ?? 0));
  }
  const places = new Map(pullOrder(applications, startSeconds).map((name, place) => [name, place]));
  const placeOf = (name: string) => places.get(name) ?? -1;
  return coming.toSorted((a, b) => placeOf(a.application) - placeOf(b.application));
}

export function startsEarly({ prewarm }: Application): boolean {
  return prewarm === 'pods';
}

async function before(api: ClusterApi, coming: readonly ComingWorkload[]): Promise<PrewarmedWorkload[]> {
  const namespaces = [...new Set(coming.map(({ workload }) => workload.namespace))];
  const autoscalers = (await Promise.all(namespaces.map((namespace) => api.listAutoscalers(namespace)))).flat();
  return coming.map(({ workload, missingReplicas }) => {
    const { cluster, kind, namespace, name, replicas } = workload;
    const autoscaler = autoscalerOf(autoscalers, workload);
    return {
      cluster,
      kind,
      namespace,
      name,
      fromReplicas: replicas - missingReplicas,
      toReplicas: Math.min(replicas, autoscaler?.maxReplicas ?? replicas),
      ...(autoscaler && { autoscaler: { name: autoscaler.name, fromMinimum: autoscaler.minReplicas } }),
    };
  });
}
