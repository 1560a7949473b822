import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { namespaceOf } from '../objects.ts';
import { isActive, isReady } from '../pods.ts';
import { countOrShare } from '../quantities.ts';
import { matchesSelector } from '../selectors.ts';

/** Keeps the status of PodDisruptionBudgets: how many healthy pods there are and how many may go. */
export function startDisruptionBudgetController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'disruption', (namespace, name) => reconcile(plane, namespace, name));
  plane.store.onChange(['PodDisruptionBudget'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['Pod'], ({ object }) => {
    for (const budget of plane.store.list('PodDisruptionBudget', namespaceOf(object)))
      if (matchesSelector(object.metadata.labels, budget.spec?.selector)) queue.addObject(budget);
  });
}

function reconcile(plane: ControlPlane, namespace: string, name: string): void {
  const budget = plane.store.get('PodDisruptionBudget', namespace, name);
  if (budget === undefined) return;
  const pods = plane.store
    .list('Pod', namespace)
    .filter((pod) => isActive(pod) && matchesSelector(pod.metadata.labels, budget.spec?.selector));
  const healthy = pods.filter(isReady).length;
  const desired =
    budget.spec?.maxUnavailable === undefined
      ? countOrShare(budget.spec?.minAvailable ?? 1, pods.length, 'up')
      : Math.max(0, pods.length - countOrShare(budget.spec.maxUnavailable, pods.length, 'up'));
  const status = {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: Math.max(0, healthy - desired),
    expectedPods: pods.length,
    observedGeneration: budget.metadata.generation ?? 1,
  };
  if (JSON.stringify(status) !== JSON.stringify(budget.status))
    plane.update('PodDisruptionBudget', { ...budget, status });
}
