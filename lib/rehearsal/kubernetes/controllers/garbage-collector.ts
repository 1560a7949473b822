import type { ControlPlane } from '../control-plane.ts';
import type { KubernetesObject } from '../objects.ts';
import { namespaceOf, uidOf } from '../objects.ts';
import { deletePod } from '../pods.ts';
import type { ResourceType } from '../resource-types.ts';

/** Deletes what belongs to owners that are gone, and what names an owner that never was (by uid). */
export function startGarbageCollector(plane: ControlPlane): void {
  plane.store.onAnyChange(({ event, type, object, previous }) => {
    if (event === 'deleted') {
      const dependents = plane.store.dependents(uidOf(object));
      if (dependents.length === 0) return;
      plane.after(plane.latency('controllerMs'), 'garbage-collect', () => {
        for (const dependent of plane.store.dependents(uidOf(object))) collect(plane, dependent);
      });
      return;
    }
    const owners = object.metadata.ownerReferences;
    if (owners === undefined || owners === previous?.metadata.ownerReferences) return;
    if (owners.some((owner) => plane.store.hasUid(owner.uid))) return;
    plane.after(plane.latency('controllerMs'), 'garbage-collect', () => {
      const current = plane.store.get(type.key, namespaceOf(object), object.metadata.name);
      if (current?.metadata.uid === object.metadata.uid && current !== undefined) collect(plane, current);
    });
  });
}

function collect(plane: ControlPlane, object: KubernetesObject): void {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0 || owners.some((owner) => plane.store.hasUid(owner.uid))) return;
  const type = plane.types.byKind(object.apiVersion, object.kind);
  if (type !== undefined) deleteObject(plane, type, object);
}

/**
 * Deletes an object as a DELETE request does: pods get their grace period, a namespace empties itself first, an object
 * with finalizers only gets its deletion timestamp.
 */
export function deleteObject(
  plane: ControlPlane,
  type: ResourceType,
  object: KubernetesObject,
  gracePeriodSeconds?: number,
): void {
  const { namespace = '', name } = object.metadata;
  if ((object.metadata.finalizers ?? []).length > 0) {
    if (object.metadata.deletionTimestamp !== undefined) return;
    const deletionTimestamp = `${new Date(plane.nowMs).toISOString().slice(0, 19)}Z`;
    plane.store.update(type, { ...object, metadata: { ...object.metadata, deletionTimestamp } });
    return;
  }
  if (type.key === 'Pod') {
    const pod = plane.store.get('Pod', namespace, name);
    if (pod !== undefined) deletePod(plane, pod, gracePeriodSeconds);
    return;
  }
  if (type.key === 'Namespace') emptyNamespace(plane, name);
  plane.store.remove(type, object);
}

/** Everything of a namespace goes with it; its pods at once, since their namespace ends when they do. */
function emptyNamespace(plane: ControlPlane, namespace: string): void {
  // Owners first would only make work for the controllers, so pods go last.
  const types = plane.types.all().filter((type) => type.namespaced && type.key !== 'Pod');
  for (const type of types)
    for (const object of plane.store.list(type.key, namespace)) plane.store.remove(type, object);
  for (const pod of plane.store.list('Pod', namespace)) plane.remove('Pod', pod);
}
