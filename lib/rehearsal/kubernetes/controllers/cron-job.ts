import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { CronJob, Job } from '../objects.ts';
import { controllerOf, namespaceOf, ownerReference, timestamp, uidOf } from '../objects.ts';
import { deletePod } from '../pods.ts';
import { parseSchedule } from './cron-schedule.ts';
import { jobFinished } from './job.ts';

/**
 * Starts Jobs by schedule. A run that was missed (suspended, Forbid) is made up once when it still can be, as
 * cronjob_controllerv2.go does: without startingDeadlineSeconds any missed time counts.
 */
export function startCronJobController(plane: ControlPlane): void {
  const wakes = new Map<string, number>();
  const queue = new WorkQueue(plane, 'cronjob', (namespace, name) => {
    const cron = plane.store.get('CronJob', namespace, name);
    if (cron === undefined || cron.metadata.deletionTimestamp !== undefined) return;
    reconcile(plane, cron);
    const key = uidOf(cron);
    const next = parseSchedule(cron.spec.schedule, cron.spec.timeZone)?.next(plane.nowMs);
    if (cron.spec.suspend === true || next === undefined || wakes.get(key) === next) return;
    wakes.set(key, next);
    queue.addLater(namespace, name, next - plane.nowMs);
  });
  plane.store.onChange(['CronJob'], ({ event, object }) => {
    if (event === 'deleted') wakes.delete(uidOf(object));
    else queue.addObject(object);
  });
  plane.store.onChange(['Job'], ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'CronJob') queue.add(namespaceOf(object), owner.name);
  });
}

function reconcile(plane: ControlPlane, cron: CronJob): void {
  const jobs = plane.store.dependentsOfKind(uidOf(cron), 'Job');
  const running = jobs.filter((job) => jobFinished(job) === undefined);
  trimHistory(plane, jobs, 'Complete', cron.spec.successfulJobsHistoryLimit ?? 3);
  trimHistory(plane, jobs, 'Failed', cron.spec.failedJobsHistoryLimit ?? 1);
  const due = dueAt(plane, cron);
  if (due === undefined || cron.spec.suspend === true) {
    writeStatus(plane, cron, running, undefined);
    return;
  }
  if (running.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
    writeStatus(plane, cron, running, undefined);
    return;
  }
  let active = running;
  if (cron.spec.concurrencyPolicy === 'Replace') {
    for (const job of running) removeJob(plane, job);
    active = [];
  }
  const name = `${cron.metadata.name.slice(0, 52)}-${Math.floor(due / 60_000)}`;
  if (plane.store.get('Job', namespaceOf(cron), name) !== undefined) return;
  const { metadata, spec } = cron.spec.jobTemplate;
  const job = plane.create('Job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      name,
      namespace: namespaceOf(cron),
      annotations: { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due) },
      ownerReferences: [ownerReference(cron)],
    },
    spec,
    status: {},
  });
  writeStatus(plane, cron, [...active, job], due);
}

function dueAt(plane: ControlPlane, cron: CronJob): number | undefined {
  const schedule = parseSchedule(cron.spec.schedule, cron.spec.timeZone);
  const since = Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp ?? timestamp(plane.nowMs));
  const deadline = cron.spec.startingDeadlineSeconds;
  const earliest = deadline === undefined ? since : Math.max(since, plane.nowMs - deadline * 1000);
  return schedule?.last(plane.nowMs, earliest);
}

function trimHistory(plane: ControlPlane, jobs: readonly Job[], ended: 'Complete' | 'Failed', limit: number): void {
  const finished = jobs.filter((job) => jobFinished(job) === ended);
  for (const job of finished.slice(0, Math.max(0, finished.length - limit))) removeJob(plane, job);
}

function removeJob(plane: ControlPlane, job: Job): void {
  for (const pod of plane.store.dependentsOfKind(uidOf(job), 'Pod')) deletePod(plane, pod);
  plane.remove('Job', job);
}

function writeStatus(plane: ControlPlane, cron: CronJob, running: readonly Job[], due: number | undefined): void {
  const completions = plane.store
    .dependentsOfKind(uidOf(cron), 'Job')
    .map((job) => job.status?.completionTime)
    .filter((time): time is string => time !== undefined);
  const lastSuccessfulTime = completions.at(-1) ?? cron.status?.lastSuccessfulTime;
  const lastScheduleTime = due === undefined ? cron.status?.lastScheduleTime : timestamp(due);
  const status = {
    ...(running.length === 0 ? {} : { active: running.map((job) => ({ name: job.metadata.name, uid: uidOf(job) })) }),
    ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
  };
  if (JSON.stringify(status) === JSON.stringify(cron.status ?? {})) return;
  plane.update('CronJob', { ...cron, status });
}
