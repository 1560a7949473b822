import { InputError } from '../../plan/input-error.ts';
import { isMembers } from './api/patch.ts';
import { ApiError } from './api/status.ts';
import { createObject } from './api/write.ts';
import type { ControlPlane } from './control-plane.ts';
import type { CustomResourceDefinition, KubernetesObject } from './objects.ts';
import { withCondition } from './objects.ts';
import { apiVersionOf, customType, type ResourceType } from './resource-types.ts';

/** What must be there first, in order; everything else follows in the order given. */
const first = [
  'CustomResourceDefinition',
  'Namespace',
  'StorageClass',
  'PriorityClass',
  'PersistentVolume',
  'ConfigMap',
  'Secret',
];

/**
 * Groups of Kubernetes itself: a kind of theirs that isn't served is a mistake, not a missing definition. Others under
 * k8s.io come with definitions as any custom kind: gateway.networking.k8s.io, snapshot.storage.k8s.io.
 */
const ownGroups: ReadonlySet<string> = new Set([
  ...['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions'],
  ...['admissionregistration', 'apiextensions', 'apiregistration', 'authentication', 'authorization'].map(inDomain),
  ...['certificates', 'coordination', 'discovery', 'events', 'internal.apiserver', 'flowcontrol.apiserver'].map(
    inDomain,
  ),
  ...['networking', 'node', 'rbac.authorization', 'resource', 'scheduling', 'storage', 'storagemigration'].map(
    inDomain,
  ),
]);

function inDomain(group: string): string {
  return `${group}.k8s.io`;
}

/** Custom kinds whose pods nothing here would start, by what they are made of. */
function startsPods({ spec }: KubernetesObject): boolean {
  if (!isMembers(spec) || !isMembers(spec.template) || !isMembers(spec.template.spec)) return false;
  return Array.isArray(spec.template.spec.containers);
}

/**
 * Makes objects as an administrator would apply them: definitions and namespaces first, a missing namespace is made,
 * what the server owns (status, uid, versions) is left out. A custom kind without its definition is served as if the
 * definition were installed, and `assumed` hears of it. Throws InputError for what a real server would refuse.
 */
export function loadObjects(
  plane: ControlPlane,
  objects: readonly KubernetesObject[],
  assumed: (kind: string) => void,
): void {
  const all = objects.flatMap(unpack);
  const rank = (object: KubernetesObject): number => {
    const index = first.indexOf(object.kind);
    return index < 0 ? first.length : index;
  };
  const ordered = all.map((object, index) => ({ object, index }));
  ordered.sort((a, b) => rank(a.object) - rank(b.object) || a.index - b.index);
  for (const { object } of ordered) loadOne(plane, convert(object), assumed);
}

function unpack(object: KubernetesObject): readonly KubernetesObject[] {
  if (!object.kind.endsWith('List') || !Array.isArray(object.items)) return [object];
  const items: readonly KubernetesObject[] = object.items;
  return items.flatMap(unpack);
}

/**
 * autoscaling/v1 autoscalers are stored as v2, as a real server converts them. A ReplicationController runs as the
 * ReplicaSet that took its place: both keep as many pods as they are told.
 */
function convert(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'HorizontalPodAutoscaler' && object.apiVersion === 'autoscaling/v1')
    return { ...object, apiVersion: 'autoscaling/v2' };
  if (object.kind !== 'ReplicationController' || object.apiVersion !== 'v1' || !isMembers(object.spec)) return object;
  const { selector, template } = object.spec;
  const podLabels = isMembers(template) && isMembers(template.metadata) ? template.metadata.labels : undefined;
  return {
    ...object,
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    spec: { ...object.spec, selector: { matchLabels: selector ?? podLabels } },
  };
}

function describe(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function loadOne(plane: ControlPlane, object: KubernetesObject, assumed: (kind: string) => void): void {
  const type = plane.types.byKind(object.apiVersion, object.kind) ?? assumeType(plane, object, assumed);
  const { namespace = 'default', ...rest } = object.metadata;
  const metadata = type.namespaced ? { ...rest, namespace } : rest;
  if (type.namespaced) ensureNamespace(plane, namespace);
  const present = plane.store.get(type.key, type.namespaced ? namespace : '', metadata.name);
  try {
    if (present === undefined) createObject(plane, type, { ...object, metadata }, false);
    else overwrite(plane, type, present, { ...object, metadata });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new InputError(`cluster ${plane.name}: ${describe(object)}: ${error.message}`);
  }
}

/** What exists (a namespace, a default StorageClass) keeps its identity and status and takes the rest. */
function overwrite(plane: ControlPlane, type: ResourceType, present: KubernetesObject, given: KubernetesObject): void {
  const { status: _status, ...content } = given;
  const { labels, annotations } = given.metadata;
  const metadata = {
    ...present.metadata,
    ...(labels === undefined ? {} : { labels: { ...present.metadata.labels, ...labels } }),
    ...(annotations === undefined ? {} : { annotations: { ...present.metadata.annotations, ...annotations } }),
  };
  plane.store.update(type, { ...present, ...content, apiVersion: given.apiVersion, kind: given.kind, metadata });
}

export function ensureNamespace(plane: ControlPlane, name: string): void {
  const type = plane.types.byKey('Namespace');
  if (type === undefined || plane.store.get('Namespace', '', name) !== undefined) return;
  createObject(plane, type, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, false);
}

function servedVersion(plane: ControlPlane, kind: string): string {
  const served = plane.types.all().find((type) => type.kind === kind && !type.custom);
  if (served === undefined) return `use a kind that Kubernetes ${plane.version} serves, or remove it`;
  return `Kubernetes ${plane.version} serves it as ${apiVersionOf(served)}`;
}

function assumeType(plane: ControlPlane, object: KubernetesObject, assumed: (kind: string) => void): ResourceType {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  if (ownGroups.has(group))
    throw new InputError(
      `cluster ${plane.name}: ${describe(object)}: no matches for kind "${object.kind}" in version "${object.apiVersion}"; ${servedVersion(plane, object.kind)}`,
    );
  if (startsPods(object))
    throw new InputError(
      `cluster ${plane.name}: ${describe(object)}: pods of ${object.apiVersion} are started by a controller that no rehearsal has and no failover scales; make it a Deployment or a StatefulSet, or leave it out of the folder to rehearse without it`,
    );
  const lower = object.kind.toLowerCase();
  const plural = lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : lower.endsWith('s') ? `${lower}es` : `${lower}s`;
  const type: ResourceType = {
    key: `${object.kind}.${group}`,
    group,
    versions: [object.apiVersion.slice(slash + 1)],
    kind: object.kind,
    plural,
    singular: lower,
    shortNames: [],
    namespaced: object.metadata.namespace !== undefined,
    status: true,
    scale: undefined,
    custom: true,
  };
  plane.types.add(type);
  assumed(`${object.apiVersion} ${object.kind}`);
  return type;
}

/** Custom kinds come and go with their definitions: at once while loading, after a moment otherwise. */
export function serveDefinitions(plane: ControlPlane, isLoading: () => boolean): void {
  plane.store.onChange(['CustomResourceDefinition'], ({ event, object }) => {
    const definition = plane.store.get('CustomResourceDefinition', '', object.metadata.name);
    if (event === 'deleted') dropType(plane, object);
    else if (definition !== undefined && event === 'added') {
      if (isLoading()) establish(plane, definition);
      else plane.after(plane.latency('establishMs'), 'establish', () => establish(plane, definition));
    }
  });
}

function establish(plane: ControlPlane, definition: CustomResourceDefinition): void {
  const current = plane.store.get('CustomResourceDefinition', '', definition.metadata.name);
  if (current?.metadata.uid !== definition.metadata.uid || current === undefined) return;
  plane.types.add(customType(current));
  const established = withCondition(
    current.status?.conditions,
    { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
    plane.nowMs,
  );
  const conditions = withCondition(
    established,
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
    plane.nowMs,
  );
  plane.update('CustomResourceDefinition', { ...current, status: { ...current.status, conditions } });
}

function dropType(plane: ControlPlane, object: KubernetesObject): void {
  const type = plane.types.all().find((each) => each.custom && `${each.plural}.${each.group}` === object.metadata.name);
  if (type === undefined) return;
  for (const instance of plane.store.list(type.key)) plane.store.remove(type, instance);
  plane.types.remove(type);
}
