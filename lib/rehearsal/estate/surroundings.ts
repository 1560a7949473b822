import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { podSpecOf } from './manifests.ts';
import { namespaceOf } from './ownership.ts';

/**
 * What the manifests refer to and don't hold, because somebody else makes it in life (an operator of secrets, the
 * cluster's administrator): Secrets, ConfigMaps, claims, storage classes, priority classes. Secrets get values that mean
 * nothing. A cluster makes namespaces and its default storage class by itself.
 */
export function surroundingsOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const present = new Set(objects.map((object) => identity(object.kind, namespaceOf(object), object.metadata.name)));
  const missing: KubernetesObject[] = [];
  for (const [key, keys] of dataReferences(objects)) {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    if (!present.has(key)) missing.push(dataObject(kind, namespace, name, keys));
  }
  for (const [key, { namespace, name }] of claimReferences(objects)) {
    if (!present.has(key)) missing.push(claim(namespace, name));
  }
  for (const name of priorityClasses(objects)) {
    if (present.has(identity('PriorityClass', undefined, name))) continue;
    const value = name.startsWith('system-') ? 2_000_000_000 : 1000;
    missing.push({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value });
  }
  for (const name of storageClasses(objects)) {
    if (!present.has(identity('StorageClass', undefined, name))) missing.push(storageClass(name));
  }
  return missing;
}

/** For people: `Secret identity/db`. */
export function describeObject(object: KubernetesObject): string {
  const namespace = namespaceOf(object);
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${object.metadata.name}`;
}

function identity(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}

function dataObject(kind: string, namespace: string, name: string, keys: ReadonlySet<string>): KubernetesObject {
  // Base64 of "rehearsal" where the API wants bytes.
  const value = kind === 'Secret' ? 'cmVoZWFyc2Fs' : 'rehearsal';
  const data = Object.fromEntries([...keys].map((key) => [key, value]));
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, data };
}

function storageClass(name: string): KubernetesObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'ebs.csi.aws.com',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

/** Every Secret and ConfigMap that a pod reads, with the keys it asks for. */
function dataReferences(objects: readonly KubernetesObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (kind: string, namespace: string, name: string | undefined, key?: string) => {
    if (name === undefined) return;
    const id = identity(kind, namespace, name);
    const keys = found.get(id) ?? new Set<string>();
    if (key !== undefined) keys.add(key);
    found.set(id, keys);
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
    for (const { secret, configMap, projected } of spec.volumes ?? []) {
      add('Secret', namespace, secret?.secretName);
      add('ConfigMap', namespace, configMap?.name);
      for (const source of projected?.sources ?? []) {
        add('Secret', namespace, source.secret?.name);
        add('ConfigMap', namespace, source.configMap?.name);
      }
    }
    for (const { name } of spec.imagePullSecrets ?? []) add('Secret', namespace, name);
  }
  return found;
}

/** Every claim that a pod names. */
function claimReferences(objects: readonly KubernetesObject[]) {
  const found = new Map<string, { readonly namespace: string; readonly name: string }>();
  for (const object of objects) {
    const namespace = namespaceOf(object);
    for (const { persistentVolumeClaim } of podSpecOf(object)?.volumes ?? []) {
      if (persistentVolumeClaim == null || namespace === undefined) continue;
      const name = persistentVolumeClaim.claimName;
      found.set(identity('PersistentVolumeClaim', namespace, name), { namespace, name });
    }
  }
  return found;
}

function claim(namespace: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    // Of any size, and for many nodes at once, as the one that is missing may be.
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
  };
}

function priorityClasses(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap((object) => podSpecOf(object)?.priorityClassName ?? []));
}

function storageClasses(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const names = new Set<string>();
  // Claims stand in several places (claims, templates of stateful sets, ephemeral volumes): all have this one member.
  JSON.stringify(objects, (key, value) => {
    if (key === 'storageClassName' && typeof value === 'string' && value !== '') names.add(value);
    return value;
  });
  return names;
}
