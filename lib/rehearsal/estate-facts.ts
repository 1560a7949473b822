import type { EstateCluster } from './estate/clusters.ts';
import type { KubernetesObject } from './kubernetes/objects.ts';

/** What people and GitOps make; pods, ReplicaSets, Jobs, endpoints come and go by themselves. */
const lastingKinds = [
  'Namespace',
  'PriorityClass',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'Service',
  'Ingress',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'PersistentVolumeClaim',
];

/** What a server or a controller sets by itself, and what a change that was taken back leaves behind. */
const serverSet = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'ownerReferences',
]);

/** A cluster by names and contents, without server-set noise: `Deployment eu-west-1/main shop/cart` → its text. */
export function clusterFacts({ region, name, cluster }: EstateCluster): Map<string, string> {
  const place = `${region}/${name}`;
  const facts = new Map([[`nodes of ${place}`, String(cluster.objects('Node').length)]]);
  for (const kind of lastingKinds) {
    for (const object of cluster.objects(kind)) {
      const { namespace, name: objectName } = object.metadata;
      facts.set(`${kind} ${place} ${namespace === undefined ? '' : `${namespace}/`}${objectName}`, textOf(object));
    }
  }
  return facts;
}

function textOf({ status: _status, metadata, ...rest }: KubernetesObject): string {
  const kept = Object.fromEntries(Object.entries(metadata).filter(([member]) => !serverSet.has(member)));
  return JSON.stringify({ ...rest, metadata: kept });
}
