import type { CapturedCronJob } from './capture.ts';
import type { ClusterApi, ObjectName } from './cluster-api.ts';

export interface ResumeResult {
  readonly resumed: number;
  /** Captured CronJobs that are not in this cluster. */
  readonly missing: readonly ObjectName[];
}

/**
 * Resumes what ran by schedule in the active region and is suspended here; never suspends anything. Without a
 * `startingDeadlineSeconds` the controller starts the latest run that was missed at once
 * (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension): it may be the one that
 * the disaster broke off, or one that the other region has finished. Which, only the job itself can tell.
 */
export async function resumeCronJobs(api: ClusterApi, captured: readonly CapturedCronJob[]): Promise<ResumeResult> {
  const namespaces = [...new Set(captured.map(({ namespace }) => namespace))];
  const present = (await Promise.all(namespaces.map((namespace) => api.listCronJobs(namespace)))).flat();
  const pairs = captured.map((wanted) => ({
    wanted,
    found: present.find(({ namespace, name }) => namespace === wanted.namespace && name === wanted.name),
  }));
  const suspended = pairs.flatMap(({ found }) => (found?.suspended === true ? [found] : []));
  await Promise.all(suspended.map((found) => api.resumeCronJob(found)));
  const missing = pairs.filter(({ found }) => found === undefined);
  return {
    resumed: suspended.length,
    missing: missing.map(({ wanted: { namespace, name } }) => ({ namespace, name })),
  };
}
