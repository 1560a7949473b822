import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterApi } from '../../lib/cluster/cluster-api.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import type { ReadinessQuestion } from '../../lib/cluster/readiness.ts';
import type { Cluster } from '../../lib/plan/plan.ts';

/** How old what an autoscaler allows may be: nobody changes that during a failover, and it doesn't open the gate by itself. */
const autoscalersKeptMs = 30_000;
/** How old the reason may be why pods wait. */
const podsKeptMs = 5000;

/** A capture doesn't change while the region that it is of is dark: read once per invocation. */
export function rememberedCaptures(captures: CaptureStore): Pick<CaptureStore, 'summary'> {
  const known = new Map<string, ReturnType<CaptureStore['summary']>>();
  return {
    summary: (application) => {
      const before = known.get(application);
      if (before !== undefined) return before;
      const asked = captures.summary(application);
      known.set(application, asked);
      // One that failed is asked again at the next look.
      asked.catch(() => known.delete(application));
      return asked;
    },
  };
}

/** Looks in quick succession need the state of the workloads; what only explains it is asked less often. */
export function rememberedClusters(
  clusters: ClusterAccessor,
  nowMs: () => number,
): (cluster: Cluster) => Promise<ReadinessApi> {
  const known = new Map<string, Promise<ReadinessApi>>();
  return (cluster) => {
    const before = known.get(cluster.name);
    if (before !== undefined) return before;
    const made = clusters(cluster).then((api) => remembered(api, nowMs));
    known.set(cluster.name, made);
    made.catch(() => known.delete(cluster.name));
    return made;
  };
}

type ReadinessApi = ReadinessQuestion['api'];

function remembered(api: ClusterApi, nowMs: () => number): ReadinessApi {
  const autoscalers = fresh((namespace) => api.listAutoscalers(namespace), autoscalersKeptMs, nowMs);
  const pods = fresh((namespace) => api.listPods(namespace), podsKeptMs, nowMs);
  return {
    listWorkloads: (namespace, kinds) => api.listWorkloads(namespace, kinds),
    listAutoscalers: autoscalers,
    listPods: pods,
    serviceStatus: (service, port, path) => api.serviceStatus(service, port, path),
  };
}

function fresh<T>(
  ask: (namespace: string) => Promise<T>,
  keptMs: number,
  nowMs: () => number,
): (namespace: string) => Promise<T> {
  const known = new Map<string, { readonly askedMs: number; readonly answer: Promise<T> }>();
  return (namespace) => {
    const before = known.get(namespace);
    if (before !== undefined && nowMs() - before.askedMs < keptMs) return before.answer;
    const answer = ask(namespace);
    known.set(namespace, { askedMs: nowMs(), answer });
    answer.catch(() => known.delete(namespace));
    return answer;
  };
}
