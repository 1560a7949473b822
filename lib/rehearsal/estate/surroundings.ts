import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { podSpecOf } from './manifests.ts';
import { namespaceOf } from './ownership.ts';

/** What every cluster has beside the manifests: EKS creates none of it in the folder, but pods need it. */
const defaultStorageClass: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'ebs.csi.aws.com',
  volumeBindingMode: 'WaitForFirstConsumer',
};

interface Names {
  readonly keys: Set<string>;
}

/**
 * What the manifests refer to and don't hold, because somebody else makes it in life (an operator of secrets, the
 * cluster's administrator): namespaces, Secrets, ConfigMaps, storage classes, priority classes. Secrets get values that
 * mean nothing. What is missing in the standby region is the plan's business, so both regions get the same.
 */
export function surroundingsOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const present = new Set(objects.map((object) => identity(object.kind, namespaceOf(object), object.metadata.name)));
  const missing = new Map<string, KubernetesObject>();
  const need = (kind: string, namespace: string | undefined, name: string, make: () => KubernetesObject) => {
    const key = identity(kind, namespace, name);
    if (!present.has(key) && !missing.has(key)) missing.set(key, make());
  };
  for (const object of objects) {
    const namespace = namespaceOf(object);
    if (namespace !== undefined) need('Namespace', undefined, namespace, () => namespaceObject(namespace));
  }
  for (const [key, { keys }] of dataReferences(objects)) {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    need(kind, namespace, name, () => dataObject(kind, namespace, name, keys));
  }
  for (const name of priorityClasses(objects)) {
    const value = name.startsWith('system-') ? 2_000_000_000 : 1000;
    need('PriorityClass', undefined, name, () => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
    }));
  }
  for (const name of storageClasses(objects)) {
    need('StorageClass', undefined, name, () => ({ ...defaultStorageClass, metadata: { name } }));
  }
  if (!objects.some(isDefaultStorageClass)) need('StorageClass', undefined, 'gp3', () => defaultStorageClass);
  return [...missing.values()];
}

function identity(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

function namespaceObject(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } };
}

function dataObject(kind: string, namespace: string, name: string, keys: ReadonlySet<string>): KubernetesObject {
  const value = kind === 'Secret' ? 'cmVoZWFyc2Fs' : 'rehearsal';
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace },
    data: Object.fromEntries([...keys].map((key) => [key, value])),
  };
}

/** Every Secret and ConfigMap that a pod reads, with the keys it asks for. */
function dataReferences(objects: readonly KubernetesObject[]): Map<string, Names> {
  const found = new Map<string, Names>();
  const add = (kind: string, namespace: string, name: string | undefined, key?: string) => {
    if (name === undefined) return;
    const id = identity(kind, namespace, name);
    const names = found.get(id) ?? { keys: new Set<string>() };
    if (key !== undefined) names.keys.add(key);
    found.set(id, names);
  };
  for (const object of objects) {
    const spec = podSpecOf(object);
    const namespace = namespaceOf(object);
    if (spec === undefined || namespace === undefined) continue;
    for (const { env, envFrom } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      for (const { valueFrom } of env ?? []) {
        add('Secret', namespace, valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.key);
        add('ConfigMap', namespace, valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.key);
      }
      for (const { secretRef, configMapRef } of envFrom ?? []) {
        add('Secret', namespace, secretRef?.name);
        add('ConfigMap', namespace, configMapRef?.name);
      }
    }
    for (const { secret, configMap } of spec.volumes ?? []) {
      add('Secret', namespace, secret?.secretName);
      add('ConfigMap', namespace, configMap?.name);
    }
  }
  return found;
}

function priorityClasses(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(objects.flatMap((object) => podSpecOf(object)?.priorityClassName ?? []));
}

function storageClasses(objects: readonly KubernetesObject[]): Set<string> {
  const names = new Set<string>();
  // Claims stand in several places (claims, templates of stateful sets, ephemeral volumes): all have this one member.
  JSON.stringify(objects, (key, value) => {
    if (key === 'storageClassName' && typeof value === 'string' && value !== '') names.add(value);
    return value;
  });
  return names;
}

function isDefaultStorageClass(object: KubernetesObject): boolean {
  return (
    object.kind === 'StorageClass' &&
    object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
  );
}
