import { autoscalerOf, type CapturedManifest, type CapturedWorkload } from './capture.ts';
import {
  type Autoscaler,
  type ClusterApi,
  type ObjectName,
  type Workload,
  type WorkloadKind,
  type WorkloadName,
  workloadKinds,
} from './cluster-api.ts';

export interface ScalingResult {
  readonly workloads: number;
  readonly scaled: number;
  /** Captured workloads with replicas that are not in this cluster; one that ran none needs nothing here. */
  readonly missing: readonly WorkloadName[];
  /** `autoscaler x allows 5 of 8 replicas`: the workload comes up smaller than it was. */
  readonly shortened: readonly string[];
  /** How long the slowest of what needs new pods must take at the least, from now on. */
  readonly earliestReadySeconds: number;
}

/**
 * Brings what is there to the captured replica counts, never down: the autoscaler's minimum first, or it would take
 * the replicas away again. An autoscaler ignores a workload of 0 replicas
 * (https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation),
 * so the workload itself is scaled too.
 * `areNew`: they were created a moment ago, so that no pod of theirs runs yet.
 */
export async function scaleWorkloads(
  api: ClusterApi,
  captured: readonly CapturedWorkload[],
  parts: { readonly areNew?: boolean } = {},
): Promise<ScalingResult> {
  const namespaces = [...new Set(captured.map(({ namespace }) => namespace))];
  const present = await Promise.all(
    namespaces.map(async (namespace) => {
      const [workloads, autoscalers] = await Promise.all([
        api.listWorkloads(namespace, kindsIn(captured, namespace)),
        api.listAutoscalers(namespace),
      ]);
      return { workloads, autoscalers };
    }),
  );
  const workloads = present.flatMap((part) => part.workloads);
  const autoscalers = present.flatMap((part) => part.autoscalers);
  const missing = captured.filter((wanted) => wanted.replicas > 0 && find(workloads, wanted) === undefined);
  const steps = captured.flatMap((wanted) => {
    const workload = find(workloads, wanted);
    return workload === undefined ? [] : [{ wanted, workload, autoscaler: autoscalerOf(autoscalers, wanted) }];
  });
  const outcomes = await Promise.all(steps.map((step) => scaleOne(api, step, parts.areNew ?? false)));
  return {
    workloads: captured.length,
    scaled: outcomes.filter(({ scaled }) => scaled).length,
    missing: missing.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    shortened: outcomes.flatMap(({ shortened }) => (shortened === undefined ? [] : [shortened])),
    earliestReadySeconds: Math.max(0, ...outcomes.map((outcome) => outcome.earliestReadySeconds)),
  };
}

/** The kinds of workload that are asked for in a namespace. */
export function kindsIn(workloads: readonly WorkloadName[], namespace: string): readonly WorkloadKind[] {
  return workloadKinds.filter((kind) => workloads.some((one) => one.kind === kind && one.namespace === namespace));
}

interface ScalingStep {
  readonly wanted: CapturedWorkload;
  readonly workload: Workload;
  readonly autoscaler: Autoscaler | undefined;
}

async function scaleOne(
  api: ClusterApi,
  { wanted, workload, autoscaler }: ScalingStep,
  isNew: boolean,
): Promise<{ scaled: boolean; earliestReadySeconds: number; shortened?: string }> {
  const replicas = Math.min(wanted.replicas, autoscaler?.maxReplicas ?? wanted.replicas);
  if (autoscaler !== undefined && autoscaler.minReplicas < replicas)
    await api.setAutoscalerMinimum(autoscaler, replicas);
  const scaled = workload.replicas < replicas;
  if (scaled) await api.scale(wanted, replicas);
  const coming = Math.max(0, replicas - (isNew ? 0 : workload.replicas));
  const earliestReadySeconds = workload.earliestReadySeconds * (workload.startsInTurn ? coming : Math.min(coming, 1));
  if (replicas === wanted.replicas || autoscaler === undefined) return { scaled, earliestReadySeconds };
  return {
    scaled,
    earliestReadySeconds,
    shortened: `autoscaler ${autoscaler.namespace}/${autoscaler.name} allows ${replicas} of ${wanted.replicas} replicas`,
  };
}

function find(workloads: readonly Workload[], wanted: WorkloadName): Workload | undefined {
  return workloads.find(
    ({ kind, namespace, name }) => kind === wanted.kind && namespace === wanted.namespace && name === wanted.name,
  );
}

/** Secrets that the standby doesn't have; pods that name them would never start. */
export async function absentSecrets(api: ClusterApi, required: readonly ObjectName[]): Promise<readonly ObjectName[]> {
  const namespaces = [...new Set(required.map(({ namespace }) => namespace))];
  const present = new Map(
    await Promise.all(
      namespaces.map(async (namespace) => {
        const names = (await api.namespaceExists(namespace)) ? await api.secretNames(namespace) : [];
        return [namespace, new Set(names)] as const;
      }),
    ),
  );
  return required.filter(({ namespace, name }) => present.get(namespace)?.has(name) !== true);
}

/** Creates what is absent, in the captured order; what exists is left as it is. Returns how many were created. */
export async function createAbsent(api: ClusterApi, manifests: readonly CapturedManifest[]): Promise<number> {
  for (const namespace of new Set(manifests.flatMap(({ object }) => object.metadata.namespace ?? []))) {
    if (!(await api.namespaceExists(namespace))) await api.createNamespace(namespace);
  }
  let created = 0;
  for (const step of stepsOf(manifests)) {
    const outcomes = await Promise.all(step.map(({ resource, object }) => api.create(resource, object)));
    created += outcomes.filter((outcome) => outcome === 'created').length;
  }
  return created;
}

/** Neighbours of one resource: nothing in a step refers to something in the same step. */
function stepsOf(manifests: readonly CapturedManifest[]): readonly (readonly CapturedManifest[])[] {
  const steps: CapturedManifest[][] = [];
  for (const manifest of manifests) {
    const last = steps.at(-1);
    const isSame = last?.[0]?.resource.resource === manifest.resource.resource;
    if (last !== undefined && isSame) last.push(manifest);
    else steps.push([manifest]);
  }
  return steps;
}
