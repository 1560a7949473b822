import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Condition, HorizontalPodAutoscaler } from '../objects.ts';
import { namespaceOf, withCondition } from '../objects.ts';

/**
 * Holds the target's replicas between minReplicas and maxReplicas at the sync period. There are no metrics, so within
 * the limits the count stays; a target at 0 replicas disables the autoscaler (Kubernetes documentation,
 * "Implicit maintenance-mode deactivation").
 */
export function startAutoscalerController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'horizontalpodautoscaler', (namespace, name) => {
    const autoscaler = plane.store.get('HorizontalPodAutoscaler', namespace, name);
    if (autoscaler !== undefined) reconcile(plane, autoscaler);
  });
  const untilNextSync = (autoscaler: HorizontalPodAutoscaler): number => {
    const period = plane.latencies.hpaSyncMs;
    const since = plane.nowMs - Date.parse(autoscaler.metadata.creationTimestamp ?? '');
    return period - (((since % period) + period) % period);
  };
  plane.store.onChange(['HorizontalPodAutoscaler'], ({ event, object, previous }) => {
    const autoscaler = plane.store.get('HorizontalPodAutoscaler', namespaceOf(object), object.metadata.name);
    if (event === 'deleted' || autoscaler === undefined || previous?.spec === object.spec) return;
    queue.add(namespaceOf(object), object.metadata.name, untilNextSync(autoscaler));
  });
  plane.store.onChange(['Deployment', 'StatefulSet', 'ReplicaSet'], ({ type, object, previous }) => {
    if (previous !== undefined && previous.spec === object.spec && previous.status === object.status) return;
    for (const autoscaler of plane.store.list('HorizontalPodAutoscaler', namespaceOf(object))) {
      const { kind, name } = autoscaler.spec.scaleTargetRef;
      if (kind !== type.kind || name !== object.metadata.name) continue;
      queue.add(namespaceOf(autoscaler), autoscaler.metadata.name, untilNextSync(autoscaler));
    }
  });
}

const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet'] as const;

function reconcile(plane: ControlPlane, autoscaler: HorizontalPodAutoscaler): void {
  const { scaleTargetRef, minReplicas = 1, maxReplicas } = autoscaler.spec;
  const kind = scalable.find((each) => each === scaleTargetRef.kind);
  const namespace = namespaceOf(autoscaler);
  const target = kind === undefined ? undefined : plane.store.get(kind, namespace, scaleTargetRef.name);
  if (kind === undefined || target === undefined) {
    writeStatus(plane, autoscaler, 0, 0, [condition('AbleToScale', false, 'FailedGetScale')]);
    return;
  }
  const replicas = target.spec.replicas ?? 1;
  const current = target.status?.replicas ?? 0;
  if (replicas === 0) {
    writeStatus(plane, autoscaler, current, 0, [
      condition('AbleToScale', true, 'SucceededGetScale'),
      condition('ScalingActive', false, 'ScalingDisabled'),
    ]);
    return;
  }
  const desired = Math.min(maxReplicas, Math.max(minReplicas, replicas));
  if (desired !== replicas) plane.update(kind, { ...target, spec: { ...target.spec, replicas: desired } });
  writeStatus(plane, autoscaler, current, desired, [
    condition('AbleToScale', true, desired === replicas ? 'SucceededGetScale' : 'SucceededRescale'),
    condition('ScalingActive', false, 'FailedGetResourceMetric'),
  ]);
}

function condition(type: string, holds: boolean, reason: string): Condition {
  return { type, status: holds ? 'True' : 'False', reason };
}

function writeStatus(
  plane: ControlPlane,
  autoscaler: HorizontalPodAutoscaler,
  currentReplicas: number,
  desiredReplicas: number,
  conditions: readonly Condition[],
): void {
  const merged = conditions.reduce<readonly Condition[] | undefined>(
    (all, each) => withCondition(all, each, plane.nowMs),
    autoscaler.status?.conditions,
  );
  const status = { currentReplicas, desiredReplicas, conditions: merged ?? [] };
  if (JSON.stringify(status) !== JSON.stringify(autoscaler.status))
    plane.update('HorizontalPodAutoscaler', { ...autoscaler, status });
}
