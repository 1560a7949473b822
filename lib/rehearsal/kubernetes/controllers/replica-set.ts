import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Pod, ReplicaSet } from '../objects.ts';
import { controllerOf, namespaceOf, ownerReference, uidOf } from '../objects.ts';
import { availableInMs, createPod, deletePod, generatedPodName, isActive, isReady } from '../pods.ts';
import { matchesSelector } from '../selectors.ts';

/** Keeps as many pods as a ReplicaSet says; adopts matching pods that nobody controls. */
export function startReplicaSetController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'replicaset', (namespace, name) => {
    const set = plane.store.get('ReplicaSet', namespace, name);
    if (set !== undefined && set.metadata.deletionTimestamp === undefined) reconcile(plane, set, queue);
  });
  plane.store.onChange(['ReplicaSet'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['Pod'], ({ object }) => {
    const owner = controllerOf(object);
    const namespace = namespaceOf(object);
    if (owner?.kind === 'ReplicaSet') queue.add(namespace, owner.name);
    else if (owner === undefined)
      for (const set of plane.store.list('ReplicaSet', namespace))
        if (matchesSelector(object.metadata.labels, set.spec.selector)) queue.addObject(set);
  });
}

function reconcile(plane: ControlPlane, set: ReplicaSet, queue: WorkQueue): void {
  adoptPods(plane, set);
  const uid = uidOf(set);
  const active = plane.store.dependentsOfKind(uid, 'Pod').filter(isActive);
  const wanted = set.spec.replicas ?? 1;
  for (let index = active.length; index < wanted; index++)
    createPod(plane, set, generatedPodName(plane, set), set.spec.template ?? { spec: { containers: [] } });
  if (active.length > wanted)
    for (const pod of inOrderOfDeletion(active).slice(0, active.length - wanted)) deletePod(plane, pod);
  writeStatus(plane, set, queue);
}

function adoptPods(plane: ControlPlane, set: ReplicaSet): void {
  for (const pod of plane.store.list('Pod', namespaceOf(set))) {
    if (controllerOf(pod) !== undefined || !isActive(pod)) continue;
    if (!matchesSelector(pod.metadata.labels, set.spec.selector)) continue;
    plane.update('Pod', { ...pod, metadata: { ...pod.metadata, ownerReferences: [ownerReference(set)] } });
  }
}

/** Not assigned before assigned, not ready before ready, newer before older (controller_utils.go, ActivePodsWithRanks). */
function inOrderOfDeletion(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod): number => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  return pods
    .map((pod, index) => ({ pod, index }))
    .sort((a, b) => rank(a.pod) - rank(b.pod) || b.index - a.index)
    .map(({ pod }) => pod);
}

function writeStatus(plane: ControlPlane, set: ReplicaSet, queue: WorkQueue): void {
  const current = plane.store.get('ReplicaSet', namespaceOf(set), set.metadata.name);
  if (current === undefined) return;
  const active = plane.store.dependentsOfKind(uidOf(current), 'Pod').filter(isActive);
  const waits = active.map((pod) => availableInMs(pod, current.spec.minReadySeconds ?? 0, plane.nowMs));
  const next = Math.min(...waits.filter((wait): wait is number => wait !== undefined && wait > 0));
  if (Number.isFinite(next)) queue.addLater(namespaceOf(current), current.metadata.name, next);
  const status = {
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    readyReplicas: waits.filter((wait) => wait !== undefined).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
    observedGeneration: current.metadata.generation ?? 1,
  };
  const before = current.status;
  if (
    before?.replicas === status.replicas &&
    before.readyReplicas === status.readyReplicas &&
    before.availableReplicas === status.availableReplicas &&
    before.observedGeneration === status.observedGeneration
  )
    return;
  plane.update('ReplicaSet', { ...current, status });
}
