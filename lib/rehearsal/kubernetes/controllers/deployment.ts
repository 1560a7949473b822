import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Condition, Deployment, ReplicaSet } from '../objects.ts';
import { controllerOf, namespaceOf, ownerReference, uidOf, withCondition } from '../objects.ts';
import { templateHash } from '../pods.ts';
import { countOrShare } from '../quantities.ts';
import { matchesSelector } from '../selectors.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** Rolls a Deployment out through ReplicaSets: RollingUpdate within maxSurge and maxUnavailable, or Recreate. */
export function startDeploymentController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'deployment', (namespace, name) => {
    const deployment = plane.store.get('Deployment', namespace, name);
    if (deployment !== undefined && deployment.metadata.deletionTimestamp === undefined) reconcile(plane, deployment);
  });
  plane.store.onChange(['Deployment'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['ReplicaSet'], ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'Deployment') queue.add(namespaceOf(object), owner.name);
  });
  // Recreate waits for the last old pod to be gone, which no ReplicaSet status tells.
  plane.store.onChange(['Pod'], ({ event, object }) => {
    const owner = controllerOf(object);
    if (event !== 'deleted' || owner?.kind !== 'ReplicaSet') return;
    const set = plane.store.get('ReplicaSet', namespaceOf(object), owner.name);
    const deployment = set === undefined ? undefined : controllerOf(set);
    if (deployment?.kind === 'Deployment') queue.add(namespaceOf(object), deployment.name);
  });
}

function reconcile(plane: ControlPlane, deployment: Deployment): void {
  const sets = ownedSets(plane, deployment);
  const template = JSON.stringify(deployment.spec.template);
  let current = sets.find((set) => sameTemplate(set, template));
  if (deployment.spec.paused !== true) {
    const old = sets.filter((set) => set !== current);
    if (current === undefined && !waitsForOldPods(plane, deployment, old))
      current = createSet(plane, deployment, sets.length);
    if (deployment.spec.strategy?.type === 'Recreate') recreate(plane, deployment, current, old);
    else rollingUpdate(plane, deployment, current, old);
    dropOldSets(plane, deployment, old);
  }
  writeStatus(plane, deployment, current?.metadata.name);
}

function ownedSets(plane: ControlPlane, deployment: Deployment): ReplicaSet[] {
  for (const set of plane.store.list('ReplicaSet', namespaceOf(deployment))) {
    if (controllerOf(set) !== undefined || !matchesSelector(set.metadata.labels, deployment.spec.selector)) continue;
    plane.update('ReplicaSet', {
      ...set,
      metadata: { ...set.metadata, ownerReferences: [ownerReference(deployment)] },
    });
  }
  return plane.store.dependentsOfKind(uidOf(deployment), 'ReplicaSet');
}

function sameTemplate(set: ReplicaSet, template: string): boolean {
  if (set.spec.template === undefined) return false;
  const { 'pod-template-hash': _, ...labels } = set.spec.template.metadata?.labels ?? {};
  return JSON.stringify({ ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } }) === template;
}

function waitsForOldPods(plane: ControlPlane, deployment: Deployment, old: readonly ReplicaSet[]): boolean {
  if (deployment.spec.strategy?.type !== 'Recreate') return false;
  return old.some((set) => plane.store.dependentsOfKind(uidOf(set), 'Pod').length > 0);
}

function createSet(plane: ControlPlane, deployment: Deployment, earlier: number): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
  return plane.create('ReplicaSet', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      annotations: { [revisionAnnotation]: String(earlier + 1) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: earlier === 0 ? (deployment.spec.replicas ?? 1) : 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    },
    status: { replicas: 0 },
  });
}

function scale(plane: ControlPlane, set: ReplicaSet, replicas: number): void {
  if (set.spec.replicas !== replicas) plane.update('ReplicaSet', { ...set, spec: { ...set.spec, replicas } });
}

function recreate(
  plane: ControlPlane,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): void {
  for (const set of old) scale(plane, set, 0);
  if (current !== undefined && !waitsForOldPods(plane, deployment, old))
    scale(plane, current, deployment.spec.replicas ?? 1);
}

/** Defaults of both limits are 25 %, surge rounded up, unavailable rounded down (Kubernetes documentation, Deployments). */
function rollingUpdate(
  plane: ControlPlane,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): void {
  if (current === undefined) return;
  const replicas = deployment.spec.replicas ?? 1;
  const limits = deployment.spec.strategy?.rollingUpdate;
  const surge = countOrShare(limits?.maxSurge ?? '25%', replicas, 'up');
  let unavailable = countOrShare(limits?.maxUnavailable ?? '25%', replicas, 'down');
  if (surge === 0 && unavailable === 0) unavailable = 1;
  const oldTotal = old.reduce((total, set) => total + (set.spec.replicas ?? 0), 0);
  const target = Math.max(0, Math.min(replicas, replicas + surge - oldTotal));
  const now = current.spec.replicas ?? 0;
  scale(plane, current, now > replicas ? replicas : Math.max(now, target));

  const available = [current, ...old].reduce((total, set) => total + (set.status?.availableReplicas ?? 0), 0);
  let spare = available - Math.max(0, replicas - unavailable);
  for (const set of old) {
    const size = set.spec.replicas ?? 0;
    const unhealthy = size - (set.status?.availableReplicas ?? 0);
    const drop = Math.min(size, Math.max(0, unhealthy) + Math.max(0, spare));
    spare -= Math.max(0, drop - Math.max(0, unhealthy));
    if (drop > 0) scale(plane, set, size - drop);
  }
}

function dropOldSets(plane: ControlPlane, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const empty = old.filter((set) => set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0);
  for (const set of empty.slice(0, Math.max(0, empty.length - limit))) plane.remove('ReplicaSet', set);
}

function writeStatus(plane: ControlPlane, deployment: Deployment, currentName: string | undefined): void {
  const sets = plane.store.dependentsOfKind(uidOf(deployment), 'ReplicaSet');
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    sets.reduce((total, set) => total + (set.status?.[field] ?? 0), 0);
  const wanted = deployment.spec.replicas ?? 1;
  const current = sets.find((set) => set.metadata.name === currentName);
  const updated = current?.status?.replicas ?? 0;
  const available = sum('availableReplicas');
  const unavailable = countOrShare(deployment.spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', wanted, 'down');
  const minimum = deployment.spec.strategy?.type === 'Recreate' ? wanted : wanted - unavailable;
  const enough = available >= minimum;
  const complete = updated === wanted && available === wanted && sum('replicas') === wanted;
  const conditions = [
    condition('Available', enough, enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable'),
    condition('Progressing', true, complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
  ].reduce<readonly Condition[] | undefined>(
    (all, each) => withCondition(all, each, plane.nowMs),
    deployment.status?.conditions,
  );
  const status = {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: sum('replicas'),
    updatedReplicas: updated,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
    conditions: conditions ?? [],
  };
  if (JSON.stringify(status) === JSON.stringify(deployment.status)) return;
  const latest = plane.store.get('Deployment', namespaceOf(deployment), deployment.metadata.name);
  if (latest !== undefined) plane.update('Deployment', { ...latest, status });
}

function condition(type: string, holds: boolean, reason: string): Condition {
  return { type, status: holds ? 'True' : 'False', reason };
}
