import type { CapturedWorkload } from './capture.ts';
import type { CaptureStore, CaptureSummary } from './capture-store.ts';
import type { ClusterApi, RawObject } from './cluster-api.ts';
import { type PodTemplate, podTemplateOf } from './pod-template.ts';

/** A workload of which more is going to run here than runs now. */
export interface ComingWorkload {
  readonly workload: CapturedWorkload;
  readonly missingReplicas: number;
  readonly template: PodTemplate;
}

const scaled = [
  { group: 'apps', version: 'v1', resource: 'deployments' },
  { group: 'apps', version: 'v1', resource: 'statefulsets' },
] as const;

/**
 * What of an application a failover is going to start in a cluster, with its pod templates: those in this cluster, or,
 * for what isn't here yet (a pilot light), those that were captured.
 */
export async function comingWorkloads(
  api: ClusterApi,
  cluster: string,
  summary: CaptureSummary,
  captures: Pick<CaptureStore, 'manifests'>,
): Promise<readonly ComingWorkload[]> {
  const wanted = summary.workloads.filter((one) => one.cluster === cluster && one.replicas > 0);
  const namespaces = [...new Set(wanted.map(({ namespace }) => namespace))];
  const here = await Promise.all(
    namespaces.flatMap((namespace) => scaled.map((resource) => api.listRaw(resource, namespace))),
  );
  const present = here.flat();
  const captured = summary.manifestItems.length === 0 ? [] : await captures.manifests(summary);
  const absent = captured.filter((manifest) => manifest.cluster === cluster).map(({ object }) => object);
  return wanted.flatMap((workload) => {
    const object = find(present, workload);
    const template = podTemplateOf(object ?? find(absent, workload) ?? nothing);
    const missingReplicas = workload.replicas - (object === undefined ? 0 : replicasOf(object));
    return template === undefined || missingReplicas <= 0 ? [] : [{ workload, missingReplicas, template }];
  });
}

const nothing: RawObject = { apiVersion: '', kind: '', metadata: { name: '' } };

function find(objects: readonly RawObject[], { kind, namespace, name }: CapturedWorkload): RawObject | undefined {
  return objects.find(
    (object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name,
  );
}

/** The API server fills the default of 1 in. */
function replicasOf({ spec }: RawObject): number {
  return (spec as { readonly replicas?: number } | undefined)?.replicas ?? 1;
}
