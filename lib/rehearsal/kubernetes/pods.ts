import type { ControlPlane } from './control-plane.ts';
import type { KubernetesObject, Pod, PodTemplate } from './objects.ts';
import { namespaceOf, ownerReference, timestamp } from './objects.ts';

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** What a ReplicaSet or StatefulSet counts as one of its replicas. */
export function isActive(pod: Pod): boolean {
  return !isTerminating(pod) && !isFinished(pod);
}

/** Milliseconds until a ready pod counts as available; 0 if it does now, undefined if it isn't ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  const ready = pod.status?.conditions?.find((each) => each.type === 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const sinceMs = Date.parse(ready.lastTransitionTime ?? timestamp(nowMs));
  return Math.max(0, sinceMs + minReadySeconds * 1000 - nowMs);
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Random name suffix as apimachinery's rand.String makes it (no vowels, no ambiguous digits). */
export function nameSuffix(plane: ControlPlane, length = 5): string {
  let suffix = '';
  for (let index = 0; index < length; index++)
    suffix += suffixAlphabet[plane.random.integer(0, suffixAlphabet.length - 1)];
  return suffix;
}

/** Stable short hash of a pod template, for pod-template-hash and controller-revision-hash. */
export function templateHash(template: PodTemplate): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(template)) {
    hash ^= character.codePointAt(0)!;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  let text = '';
  for (let digit = 0; digit < 9; digit++) {
    text += suffixAlphabet[hash % suffixAlphabet.length];
    hash = (Math.imul(hash, 31) + digit) >>> 0;
  }
  return text;
}

/** Creates a pod of a controller from its template. */
export function createPod(
  plane: ControlPlane,
  owner: KubernetesObject,
  name: string,
  template: PodTemplate,
  labels: Readonly<Record<string, string>> = {},
): Pod {
  const { annotations } = template.metadata ?? {};
  return plane.create('Pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: namespaceOf(owner),
      labels: { ...template.metadata?.labels, ...labels },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: withPriority(plane, template.spec),
    status: { phase: 'Pending' },
  });
}

const systemPriorities: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** Priority admission: the class's value, or that of the class that is the global default, or 0. */
export function withPriority<T extends Pod['spec']>(plane: ControlPlane, spec: T): T {
  if (spec.priority !== undefined) return spec;
  const system = systemPriorities[spec.priorityClassName ?? ''];
  if (system !== undefined) return { ...spec, priority: system };
  const priorityClass =
    spec.priorityClassName === undefined
      ? plane.store.list('PriorityClass').find((each) => each.globalDefault === true)
      : plane.store.get('PriorityClass', '', spec.priorityClassName);
  return {
    ...spec,
    priority: priorityClass?.value ?? 0,
    ...(priorityClass?.preemptionPolicy === undefined ? {} : { preemptionPolicy: priorityClass.preemptionPolicy }),
  };
}

/**
 * Deletes a pod as the API server does: one that never reached a node is gone at once, another gets its grace period
 * and the kubelet removes it when its containers have ended.
 */
export function deletePod(plane: ControlPlane, pod: Pod, gracePeriodSeconds?: number): void {
  if (isTerminating(pod)) return;
  const grace = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  if (pod.spec.nodeName === undefined || grace === 0 || isFinished(pod)) {
    plane.remove('Pod', pod);
    return;
  }
  plane.update('Pod', {
    ...pod,
    metadata: {
      ...pod.metadata,
      deletionTimestamp: timestamp(plane.nowMs + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  });
}

/** `deployment-5d4f-x7k2p` of an owner; long names are cut as the server's name generator does. */
export function generatedPodName(plane: ControlPlane, owner: KubernetesObject): string {
  return `${owner.metadata.name.slice(0, 57)}-${nameSuffix(plane)}`;
}
