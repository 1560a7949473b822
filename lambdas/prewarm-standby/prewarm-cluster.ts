import { imagesOf } from '../../lib/cluster/pod-template.ts';
import { daemonSets, deployments, imagePullers, placeholder } from '../../lib/cluster/prewarm-objects.ts';
import { scaleWorkloads } from '../../lib/cluster/scaling.ts';
import type { ClusterNeeds } from './cluster-needs.ts';

/** Makes the objects of one cluster; what is there already stays as it is. */
export async function prewarmCluster(
  needs: ClusterNeeds,
): Promise<{ images: number; placeholders: number; podsStarted: number }> {
  const { api, coming, early, hasAutoscaler } = needs;
  const images = coming.flatMap(({ template }) => imagesOf(template));
  const pullers = imagePullers(images);
  const isEarly = (one: { namespace: string; name: string; kind: string }) =>
    early.some(({ kind, namespace, name }) => kind === one.kind && namespace === one.namespace && name === one.name);
  const rooms = hasAutoscaler
    ? coming
        .filter(({ workload }) => !isEarly(workload))
        .map(({ application, workload, missingReplicas, template }) =>
          placeholder(application, workload, missingReplicas, template),
        )
    : [];
  const started = coming.filter(({ workload }) => isEarly(workload)).map(({ workload }) => workload);
  await Promise.all([
    ...pullers.map((object) => api.create(daemonSets, object)),
    ...rooms.map((object) => api.create(deployments, object)),
    scaleWorkloads(api, started),
  ]);
  return {
    images: pullers.reduce((sum, { spec }) => sum + containersOf(spec), 0),
    placeholders: rooms.length,
    podsStarted: early.reduce((sum, { fromReplicas, toReplicas }) => sum + toReplicas - fromReplicas, 0),
  };
}

function containersOf(spec: unknown): number {
  const { template } = spec as { readonly template: { readonly spec: { readonly containers: readonly unknown[] } } };
  return template.spec.containers.length;
}
