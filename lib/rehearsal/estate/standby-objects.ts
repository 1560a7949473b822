import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import type { Application, Plan } from '../../plan/plan.ts';
import { replicasOf } from './manifests.ts';
import { ownerOf } from './ownership.ts';

/** What a failover creates from its captures, so a pilot light doesn't have it before. */
const absentInPilotLight = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'Pod',
  'Job',
  'CronJob',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Ingress',
  'Service',
  'ConfigMap',
  'ServiceAccount',
]);

/**
 * What GitOps keeps in the standby region's cluster: the platform and what belongs to nobody as in the active region;
 * warm-standby applications at the plan's share of their replicas, with CronJobs suspended (two regions that run the
 * same job write twice); pilot lights without workloads. One-off Jobs have run where the data is. What no failover
 * scales (unscaled) runs in both regions.
 */
export function standbyObjects(plan: Plan, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const kept = objects.flatMap((object) => {
    const owner = ownerOf(plan, object);
    if (owner === undefined) return [object];
    if (owner.pattern === 'backup-restore') return [];
    if (owner.pattern === 'pilot-light') return absentInPilotLight.has(object.kind) ? [] : [object];
    return atShare(owner, object);
  });
  return [...pilotLightNamespaces(plan, kept), ...kept];
}

/** A pilot light is a namespace at least, whether the folder says so or leaves it to kubectl. */
function pilotLightNamespaces(plan: Plan, kept: readonly KubernetesObject[]): KubernetesObject[] {
  const present = new Set(kept.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const names = plan.applications.filter((one) => one.pattern === 'pilot-light').flatMap((one) => one.namespaces);
  return [...new Set(names)]
    .filter((name) => !present.has(name))
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

function atShare(application: Application, object: KubernetesObject): KubernetesObject[] {
  const share = application.standbyShare ?? (application.pattern === 'active-active' ? 1 : 0);
  const spec = typeof object.spec === 'object' && object.spec !== null ? object.spec : {};
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return [{ ...object, spec: { ...spec, replicas: Math.ceil(replicasOf(object) * share) } }];
    case 'HorizontalPodAutoscaler': {
      const floor = 'minReplicas' in spec && typeof spec.minReplicas === 'number' ? spec.minReplicas : 1;
      return [{ ...object, spec: { ...spec, minReplicas: Math.max(1, Math.ceil(floor * share)) } }];
    }
    case 'CronJob':
      // What is active in both regions is as the manifest says there, suspended or not.
      return [application.pattern === 'active-active' ? object : { ...object, spec: { ...spec, suspend: true } }];
    case 'Job':
      return application.pattern === 'active-active' ? [object] : [];
    default:
      return [object];
  }
}

/**
 * Pods without a controller and ReplicaSets without a Deployment: a failover scales Deployments and StatefulSets only,
 * so what a warm standby has of the others must run there before.
 */
export function unscaled(plan: Plan, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(
    (object) =>
      (object.kind === 'Pod' || object.kind === 'ReplicaSet' || object.kind === 'ReplicationController') &&
      object.metadata.ownerReferences === undefined &&
      ownerOf(plan, object)?.pattern === 'warm-standby',
  );
}
