import type { Autoscaler, ClusterApi, ObjectName, RawObject, ResourcePath, WorkloadName } from './cluster-api.ts';
import { portableManifest, requiredSecrets } from './portable-manifest.ts';
import { inScope, type Scope } from './scope.ts';

/** How much of one workload runs in the active region. */
export interface CapturedWorkload extends WorkloadName {
  readonly cluster: string;
  readonly replicas: number;
  readonly autoscaler?: { readonly name: string; readonly minReplicas: number; readonly maxReplicas: number };
}

/** A CronJob that is not suspended in the active region. */
export interface CapturedCronJob extends ObjectName {
  readonly cluster: string;
}

export interface CapturedManifest {
  readonly cluster: string;
  readonly resource: ResourcePath;
  readonly object: RawObject;
}

export interface ScopeCapture {
  readonly workloads: readonly CapturedWorkload[];
  readonly cronJobs: readonly CapturedCronJob[];
  /** In the order in which they are to be created. */
  readonly manifests: readonly CapturedManifest[];
  /** Secrets that the manifests name; their content is never read. */
  readonly requiredSecrets: readonly ObjectName[];
}

/** What an application whose workloads are absent in the standby needs, in the order of creation: what is referred to comes first. */
const portableResources: readonly ResourcePath[] = [
  { group: '', version: 'v1', resource: 'serviceaccounts' },
  { group: '', version: 'v1', resource: 'configmaps' },
  { group: '', version: 'v1', resource: 'services' },
  { group: 'apps', version: 'v1', resource: 'deployments' },
  { group: 'apps', version: 'v1', resource: 'statefulsets' },
  { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' },
  { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' },
  { group: 'batch', version: 'v1', resource: 'cronjobs' },
  { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' },
];

/** How much runs in a scope, and with `withManifests` also what it is made of. */
export async function captureScope(api: ClusterApi, scope: Scope, withManifests: boolean): Promise<ScopeCapture> {
  const perNamespace = await Promise.all(
    scope.namespaces.map(async (namespace) => ({
      workloads: await captureWorkloads(api, scope, namespace),
      cronJobs: await captureCronJobs(api, scope, namespace),
      manifests: withManifests ? await captureManifests(api, scope, namespace) : [],
    })),
  );
  const manifests = perNamespace.flatMap((part) => part.manifests);
  return {
    workloads: perNamespace.flatMap((part) => part.workloads),
    cronJobs: perNamespace.flatMap((part) => part.cronJobs),
    manifests: manifests.toSorted((a, b) => creationOrder(a) - creationOrder(b)),
    requiredSecrets: requiredSecrets(manifests.map(({ object }) => object)),
  };
}

async function captureWorkloads(api: ClusterApi, scope: Scope, namespace: string): Promise<CapturedWorkload[]> {
  const [workloads, autoscalers] = await Promise.all([api.listWorkloads(namespace), api.listAutoscalers(namespace)]);
  return workloads
    .filter((workload) => inScope(workload.labels, scope))
    .map(({ kind, name, replicas }) => {
      const autoscaler = autoscalerOf(autoscalers, { kind, namespace, name });
      return {
        cluster: scope.cluster,
        kind,
        namespace,
        name,
        replicas,
        ...(autoscaler === undefined
          ? {}
          : {
              autoscaler: {
                name: autoscaler.name,
                minReplicas: autoscaler.minReplicas,
                maxReplicas: autoscaler.maxReplicas,
              },
            }),
      };
    });
}

async function captureCronJobs(api: ClusterApi, scope: Scope, namespace: string): Promise<CapturedCronJob[]> {
  return (await api.listCronJobs(namespace))
    .filter(({ suspended, labels }) => !suspended && inScope(labels, scope))
    .map(({ name }) => ({ cluster: scope.cluster, namespace, name }));
}

async function captureManifests(api: ClusterApi, scope: Scope, namespace: string): Promise<CapturedManifest[]> {
  const perResource = await Promise.all(
    portableResources.map(async (resource) =>
      (await api.listRaw(resource, namespace))
        .filter((object) => inScope(object.metadata.labels ?? {}, scope))
        .flatMap((object) => {
          const portable = portableManifest(object);
          return portable === undefined ? [] : [{ cluster: scope.cluster, resource, object: portable }];
        }),
    ),
  );
  return perResource.flat();
}

function creationOrder(manifest: CapturedManifest): number {
  return portableResources.findIndex(({ resource }) => resource === manifest.resource.resource);
}

export function autoscalerOf(autoscalers: readonly Autoscaler[], workload: WorkloadName): Autoscaler | undefined {
  return autoscalers.find(
    ({ target }) =>
      target?.kind === workload.kind && target.name === workload.name && target.namespace === workload.namespace,
  );
}
