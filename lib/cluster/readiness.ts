import type { ReadinessCheck } from '../plan/plan.ts';
import { autoscalerOf, type CapturedWorkload } from './capture.ts';
import type { Autoscaler, ClusterApi, PodState, Workload } from './cluster-api.ts';
import { kindsIn } from './scaling.ts';

/**
 * How long a pod may be unschedulable before the region counts as short of capacity: an EC2 node joins an EKS
 * cluster in one to two minutes (https://docs.aws.amazon.com/eks/latest/best-practices/cluster-autoscaling.html:
 * "EC2 instances take a few minutes"); twice that leaves room for one retry of a launch.
 */
export const nodeLaunchSeconds = 240;

export interface ScopeReadiness {
  readonly ready: boolean;
  readonly readyPods: number;
  readonly desiredPods: number;
  readonly failingChecks: readonly string[];
  /** Sentences for people: what keeps it from being ready. */
  readonly waitingFor: readonly string[];
  /** Pods that have had no node for longer than nodes take to come. */
  readonly unplaceable: readonly string[];
}

export interface ReadinessQuestion {
  readonly api: Pick<ClusterApi, 'listWorkloads' | 'listAutoscalers' | 'listPods' | 'serviceStatus'>;
  readonly workloads: readonly CapturedWorkload[];
  readonly checks: readonly ReadinessCheck[];
  /** Epoch milliseconds when scaling began: older waits are not held against this failover. */
  readonly scaledAtMs: number;
  readonly nowMs: number;
}

/** Are the captured workloads up, as seen by the API server and by the checks of the plan? */
export async function readiness(question: ReadinessQuestion): Promise<ScopeReadiness> {
  const { api, workloads, checks } = question;
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const observed = await Promise.all(
    namespaces.map(async (namespace) => {
      const [present, autoscalers] = await Promise.all([
        api.listWorkloads(namespace, kindsIn(workloads, namespace)),
        api.listAutoscalers(namespace),
      ]);
      const mine = workloads.filter((one) => one.namespace === namespace);
      const isUp = mine.every((wanted) => workloadState(wanted, { present, autoscalers, pods: [] }).ready);
      // Pods only say why something isn't ready.
      return { present, autoscalers, pods: isUp ? [] : await api.listPods(namespace) };
    }),
  );
  const namespaceState = {
    present: observed.flatMap((part) => part.present),
    autoscalers: observed.flatMap((part) => part.autoscalers),
    pods: observed.flatMap((part) => part.pods),
  };
  const states = workloads.map((wanted) => workloadState(wanted, namespaceState));
  const podsReady = states.every((state) => state.ready);
  // A service answers only when its pods are ready: asking earlier would be a request that is known to fail.
  const failingChecks = podsReady ? await failing(api, checks) : checks.map(describeCheck);
  return {
    ready: podsReady && failingChecks.length === 0,
    readyPods: states.reduce((sum, state) => sum + state.readyPods, 0),
    desiredPods: states.reduce((sum, state) => sum + state.desiredPods, 0),
    failingChecks,
    waitingFor: [...states.flatMap((state) => state.waitingFor), ...(podsReady ? failingChecks : [])],
    // More pods than were captured, which an autoscaler may have asked for, are no shortfall.
    unplaceable: states
      .filter(({ ready }) => !ready)
      .flatMap((state) => state.pods)
      .flatMap((pod) => unplaceable(pod, question)),
  };
}

interface WorkloadState {
  readonly ready: boolean;
  readonly readyPods: number;
  readonly desiredPods: number;
  readonly waitingFor: readonly string[];
  readonly pods: readonly PodState[];
}

function workloadState(
  wanted: CapturedWorkload,
  observed: {
    readonly present: readonly Workload[];
    readonly autoscalers: readonly Autoscaler[];
    readonly pods: readonly PodState[];
  },
): WorkloadState {
  const title = `${wanted.kind} ${wanted.namespace}/${wanted.name}`;
  const workload = observed.present.find(
    ({ kind, namespace, name }) => kind === wanted.kind && namespace === wanted.namespace && name === wanted.name,
  );
  // The same bound as in scaling: what this cluster's autoscaler doesn't allow will never come.
  const allowed = autoscalerOf(observed.autoscalers, wanted)?.maxReplicas ?? wanted.replicas;
  const desiredPods = Math.min(wanted.replicas, allowed);
  if (workload === undefined) {
    const waitingFor = desiredPods === 0 ? [] : [`${title} is not there`];
    return { ready: desiredPods === 0, readyPods: 0, desiredPods, waitingFor, pods: [] };
  }
  const own = observed.pods.filter((pod) => belongsTo(pod, workload));
  const readyPods = workload.statusIsCurrent ? workload.readyReplicas : 0;
  const ready = readyPods >= desiredPods;
  const reasons = [...new Set(own.flatMap((pod) => pod.waitingReasons))];
  const waitingFor = ready
    ? []
    : [`${title} has ${readyPods} of ${desiredPods} pods ready${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`];
  return { ready, readyPods, desiredPods, waitingFor, pods: own };
}

/** A selector of expressions alone has no labels to match: then no pod is told to be its own, rather than all of them. */
function belongsTo(pod: PodState, workload: Workload): boolean {
  const labels = Object.entries(workload.matchLabels);
  if (pod.namespace !== workload.namespace || labels.length === 0) return false;
  return labels.every(([key, value]) => pod.labels[key] === value);
}

function unplaceable(pod: PodState, { scaledAtMs, nowMs }: ReadinessQuestion): string[] {
  if (pod.unschedulableSinceMs === undefined) return [];
  const waitedSeconds = (nowMs - Math.max(pod.unschedulableSinceMs, scaledAtMs)) / 1000;
  if (waitedSeconds < nodeLaunchSeconds) return [];
  return [
    `pod ${pod.namespace}/${pod.name} has had no node for ${Math.round(waitedSeconds)} s: ${pod.unschedulableMessage}`,
  ];
}

async function failing(api: Pick<ClusterApi, 'serviceStatus'>, checks: readonly ReadinessCheck[]): Promise<string[]> {
  const answers = await Promise.all(
    checks.map(async (check) => {
      const service = { namespace: check.namespace, name: check.service };
      return { check, status: await api.serviceStatus(service, check.port, check.path) };
    }),
  );
  return answers.flatMap(({ check, status }) =>
    status === check.expectStatus
      ? []
      : [`${describeCheck(check)} answered ${status} instead of ${check.expectStatus}`],
  );
}

function describeCheck(check: ReadinessCheck): string {
  return `check ${check.namespace}/${check.service}:${check.port}${check.path}`;
}
