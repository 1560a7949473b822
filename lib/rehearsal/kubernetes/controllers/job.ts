import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Job } from '../objects.ts';
import { controllerOf, namespaceOf, timestamp, uidOf, withCondition } from '../objects.ts';
import { createPod, deletePod, generatedPodName, isActive } from '../pods.ts';

/** kube-controller-manager's job back-off: 10 s, doubled per failure, at most 6 minutes (Kubernetes documentation, Jobs). */
const firstBackoffMs = 10_000;
const longestBackoffMs = 360_000;

/** Runs pods until enough have succeeded, or backoffLimit or activeDeadlineSeconds is passed. */
export function startJobController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'job', (namespace, name) => {
    const job = plane.store.get('Job', namespace, name);
    if (job !== undefined && job.metadata.deletionTimestamp === undefined) reconcile(plane, job, queue);
  });
  plane.store.onChange(['Job'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['Pod'], ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'Job') queue.add(namespaceOf(object), owner.name);
  });
}

export function jobFinished(job: Job): 'Complete' | 'Failed' | undefined {
  const ended = job.status?.conditions?.find(
    (each) => (each.type === 'Complete' || each.type === 'Failed') && each.status === 'True',
  );
  return ended?.type === 'Complete' ? 'Complete' : ended?.type === 'Failed' ? 'Failed' : undefined;
}

function reconcile(plane: ControlPlane, job: Job, queue: WorkQueue): void {
  if (jobFinished(job) !== undefined) {
    removeWhenExpired(plane, job, queue);
    return;
  }
  const pods = plane.store.dependentsOfKind(uidOf(job), 'Pod');
  const active = pods.filter(isActive);
  if (job.spec.suspend === true) {
    for (const pod of active) deletePod(plane, pod);
    writeStatus(plane, job, {
      active: 0,
      succeeded: job.status?.succeeded ?? 0,
      failed: job.status?.failed ?? 0,
    });
    return;
  }
  const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
  const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
  const completions = job.spec.completions ?? job.spec.parallelism ?? 1;
  const counts = { active: active.length, succeeded, failed };
  if (succeeded >= completions) {
    finish(plane, job, counts, 'Complete', 'CompletionsReached');
    return;
  }
  if (failed > (job.spec.backoffLimit ?? 6)) {
    finish(plane, job, counts, 'Failed', 'BackoffLimitExceeded');
    return;
  }
  if (deadlinePassed(plane, job, queue)) {
    finish(plane, job, counts, 'Failed', 'DeadlineExceeded');
    return;
  }
  if (failed > (job.status?.failed ?? 0)) {
    const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failed - 1));
    queue.addLater(namespaceOf(job), job.metadata.name, backoffMs);
    writeStatus(plane, job, counts);
    return;
  }
  const wanted = Math.min(job.spec.parallelism ?? 1, completions - succeeded);
  for (let index = active.length; index < wanted; index++)
    createPod(plane, job, generatedPodName(plane, job), job.spec.template, {
      'batch.kubernetes.io/job-name': job.metadata.name,
      'batch.kubernetes.io/controller-uid': uidOf(job),
      'job-name': job.metadata.name,
    });
  writeStatus(plane, job, { ...counts, active: Math.max(active.length, wanted) });
}

function deadlinePassed(plane: ControlPlane, job: Job, queue: WorkQueue): boolean {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined) return false;
  if (job.status?.startTime === undefined) {
    queue.addLater(namespaceOf(job), job.metadata.name, activeDeadlineSeconds * 1000 + 1000);
    return false;
  }
  return plane.nowMs >= Date.parse(job.status.startTime) + activeDeadlineSeconds * 1000;
}

interface Counts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
}

function writeStatus(plane: ControlPlane, job: Job, counts: Counts): void {
  const { active, succeeded, failed } = job.status ?? {};
  if (job.status?.startTime !== undefined || job.spec.suspend === true)
    if (active === counts.active && succeeded === counts.succeeded && failed === counts.failed) return;
  const started = job.spec.suspend === true ? {} : { startTime: job.status?.startTime ?? timestamp(plane.nowMs) };
  plane.update('Job', { ...job, status: { ...job.status, ...counts, ...started } });
}

function finish(plane: ControlPlane, job: Job, counts: Counts, type: 'Complete' | 'Failed', reason: string): void {
  for (const pod of plane.store.dependentsOfKind(uidOf(job), 'Pod').filter(isActive)) deletePod(plane, pod);
  const conditions = withCondition(job.status?.conditions, { type, status: 'True', reason }, plane.nowMs);
  const completionTime = type === 'Complete' ? { completionTime: timestamp(plane.nowMs) } : {};
  plane.update('Job', {
    ...job,
    status: {
      startTime: timestamp(plane.nowMs),
      ...job.status,
      ...counts,
      active: 0,
      conditions,
      ...completionTime,
    },
  });
}

function removeWhenExpired(plane: ControlPlane, job: Job, queue: WorkQueue): void {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined) return;
  const endedAt = job.status?.conditions?.find((each) => each.status === 'True')?.lastTransitionTime;
  const expiresMs = Date.parse(endedAt ?? timestamp(plane.nowMs)) + ttlSecondsAfterFinished * 1000;
  if (plane.nowMs >= expiresMs) plane.remove('Job', job);
  else queue.addLater(namespaceOf(job), job.metadata.name, expiresMs - plane.nowMs);
}
