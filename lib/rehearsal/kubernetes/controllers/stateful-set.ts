import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Pod, PodTemplate, StatefulSet } from '../objects.ts';
import { controllerOf, namespaceOf, uidOf } from '../objects.ts';
import { availableInMs, createPod, deletePod, isFinished, isReady, isTerminating, templateHash } from '../pods.ts';

/**
 * Pods by ordinal, one after the other unless podManagementPolicy is Parallel, each with its claims from
 * volumeClaimTemplates; rolling update from the highest ordinal down to `partition`, or OnDelete.
 */
export function startStatefulSetController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'statefulset', (namespace, name) => {
    const set = plane.store.get('StatefulSet', namespace, name);
    if (set !== undefined && set.metadata.deletionTimestamp === undefined) reconcile(plane, set, queue);
  });
  plane.store.onChange(['StatefulSet'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['Pod'], ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'StatefulSet') queue.add(namespaceOf(object), owner.name);
  });
}

function ordinalOf(set: StatefulSet, pod: Pod): number {
  return Number(pod.metadata.name.slice(set.metadata.name.length + 1));
}

function reconcile(plane: ControlPlane, set: StatefulSet, queue: WorkQueue): void {
  const revision = templateHash(set.spec.template);
  const pods = new Map<number, Pod>();
  for (const pod of plane.store.dependentsOfKind(uidOf(set), 'Pod')) pods.set(ordinalOf(set, pod), pod);
  const settled = scaleOut(plane, set, pods, revision) && scaleIn(plane, set, pods);
  if (settled) roll(plane, set, pods, revision);
  writeStatus(plane, set, revision, queue);
}

/** True when every wanted pod exists and, where order matters, is available. */
function scaleOut(plane: ControlPlane, set: StatefulSet, pods: Map<number, Pod>, revision: string): boolean {
  const start = set.spec.ordinals?.start ?? 0;
  const parallel = set.spec.podManagementPolicy === 'Parallel';
  const replicas = set.spec.replicas ?? 1;
  for (let ordinal = start; ordinal < start + replicas; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod !== undefined && isFinished(pod)) {
      plane.remove('Pod', pod);
      if (!parallel) return false;
      continue;
    }
    if (pod === undefined) {
      createClaims(plane, set, ordinal);
      createOrdinal(plane, set, ordinal, revision);
      if (!parallel) return false;
      continue;
    }
    const available = availableInMs(pod, set.spec.minReadySeconds ?? 0, plane.nowMs) === 0 && !isTerminating(pod);
    if (!parallel && !available) return mayReplaceBroken(plane, set, pod, revision);
  }
  return true;
}

/** An unready pod of an old revision would block an ordered rollout for ever; it is replaced. */
function mayReplaceBroken(plane: ControlPlane, set: StatefulSet, pod: Pod, revision: string): boolean {
  const old = pod.metadata.labels?.['controller-revision-hash'] !== revision;
  if (old && set.spec.updateStrategy?.type !== 'OnDelete' && !isTerminating(pod)) deletePod(plane, pod);
  return false;
}

function scaleIn(plane: ControlPlane, set: StatefulSet, pods: Map<number, Pod>): boolean {
  const end = (set.spec.ordinals?.start ?? 0) + (set.spec.replicas ?? 1);
  const condemned = [...pods.keys()].filter((ordinal) => ordinal >= end).sort((a, b) => b - a);
  for (const ordinal of condemned) {
    deletePod(plane, pods.get(ordinal)!);
    if (set.spec.podManagementPolicy !== 'Parallel') return false;
  }
  return condemned.length === 0;
}

function roll(plane: ControlPlane, set: StatefulSet, pods: Map<number, Pod>, revision: string): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const ordinal of [...pods.keys()].sort((a, b) => b - a)) {
    if (ordinal < partition) return;
    const pod = pods.get(ordinal)!;
    if (pod.metadata.labels?.['controller-revision-hash'] !== revision) {
      deletePod(plane, pod);
      return;
    }
    if (!isReady(pod) || isTerminating(pod)) return;
  }
}

function createClaims(plane: ControlPlane, set: StatefulSet, ordinal: number): void {
  const namespace = namespaceOf(set);
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
    if (plane.store.get('PersistentVolumeClaim', namespace, name) !== undefined) continue;
    plane.create('PersistentVolumeClaim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace,
        labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
        ...(template.metadata.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      },
      spec: template.spec,
      status: { phase: 'Pending' },
    });
  }
}

function createOrdinal(plane: ControlPlane, set: StatefulSet, ordinal: number, revision: string): void {
  const name = `${set.metadata.name}-${ordinal}`;
  const claimed = new Set((set.spec.volumeClaimTemplates ?? []).map((template) => template.metadata.name));
  const volumes = [
    ...(set.spec.template.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name)),
    ...[...claimed].map((volume) => ({ name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } })),
  ];
  const template: PodTemplate = {
    ...set.spec.template,
    spec: {
      ...set.spec.template.spec,
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
  createPod(plane, set, name, template, {
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  });
}

function writeStatus(plane: ControlPlane, set: StatefulSet, revision: string, queue: WorkQueue): void {
  const pods = plane.store.dependentsOfKind(uidOf(set), 'Pod').filter((pod) => !isTerminating(pod));
  const updated = pods.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] === revision).length;
  const waits = pods.map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, plane.nowMs));
  const next = Math.min(...waits.filter((wait): wait is number => wait !== undefined && wait > 0));
  if (Number.isFinite(next)) queue.addLater(namespaceOf(set), set.metadata.name, next);
  const allUpdated = updated === (set.spec.replicas ?? 1) && updated === pods.length;
  const current = set.status?.currentRevision;
  const status = {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    readyReplicas: waits.filter((wait) => wait !== undefined).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
    currentReplicas: allUpdated ? updated : pods.length - updated,
    updatedReplicas: updated,
    currentRevision: allUpdated || typeof current !== 'string' ? `${set.metadata.name}-${revision}` : current,
    updateRevision: `${set.metadata.name}-${revision}`,
  };
  if (JSON.stringify(status) !== JSON.stringify(set.status)) plane.update('StatefulSet', { ...set, status });
}
