import { InputError } from '../../plan/input-error.ts';
import type { Plan } from '../../plan/plan.ts';
import { isMembers } from '../kubernetes/api/patch.ts';
import { controllerOf, type Pod } from '../kubernetes/objects.ts';
import type { EstateCluster } from './clusters.ts';
import { ownerOf, platformNamespaces } from './ownership.ts';
import { readyPods } from './serving-model.ts';

const workloadKinds = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Pod'] as const;

/**
 * An estate that isn't well before the disaster can't be rehearsed: there would be nothing to come back to. Throws
 * InputError that names every workload of the active region without a ready pod, and why.
 */
export function assertWell(plan: Plan, clusters: readonly EstateCluster[]): void {
  const problems: string[] = [];
  const platform = platformNamespaces(plan);
  for (const { region, name, cluster } of clusters) {
    const inActive = region === plan.regions.active;
    for (const workload of workloadKinds.flatMap((kind) => cluster.objects(kind))) {
      const watched = inActive || platform.has(workload.metadata.namespace ?? '');
      if (!watched || controllerOf(workload) !== undefined || desired(workload) === 0 || readyPods(workload) > 0)
        continue;
      const who =
        ownerOf(plan, workload)?.name ??
        (platform.has(workload.metadata.namespace ?? '') ? 'the platform' : 'no application');
      const { namespace, name: workloadName } = workload.metadata;
      problems.push(
        `${workload.kind} ${namespace}/${workloadName} of ${who} in ${region} (cluster ${name}): ${why(cluster.objects('Pod', namespace), workloadName)}`,
      );
    }
  }
  if (problems.length === 0) return;
  throw new InputError(
    `these workloads have no ready pod before anything breaks; mend their manifests, or give their node groups more room in the plan (maxSize):\n${problems.map((one) => `  ${one}`).join('\n')}`,
  );
}

/** Nothing is desired of a Pod that ran to its end. */
function desired({ spec, status }: { readonly spec?: unknown; readonly status?: unknown }): number {
  if (isMembers(status) && (status.phase === 'Succeeded' || status.phase === 'Failed')) return 0;
  if (typeof spec !== 'object' || spec === null) return 0;
  return 'replicas' in spec && typeof spec.replicas === 'number' ? spec.replicas : 1;
}

function why(pods: readonly Pod[], workload: string): string {
  for (const pod of pods.filter(({ metadata: { name } }) => name === workload || name.startsWith(`${workload}-`))) {
    const unscheduled = pod.status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
    if (unscheduled?.message !== undefined) return unscheduled.message;
    const waiting = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
      .map((status) => status.state.waiting)
      .find((state) => state !== undefined);
    if (waiting !== undefined) return `${waiting.reason}${waiting.message === undefined ? '' : `: ${waiting.message}`}`;
  }
  return 'its pods are not ready';
}
