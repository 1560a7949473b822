import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { type ReadinessQuestion, readiness, type ScopeReadiness } from '../../lib/cluster/readiness.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { Cluster, Plan, ReadinessCheck } from '../../lib/plan/plan.ts';
import { CaptureMissingError } from '../shared/errors.ts';

export interface CheckApplicationDependencies {
  readonly plan: Plan;
  readonly nowMs: () => number;
  readonly captures: Pick<CaptureStore, 'summary'>;
  readonly clusters: (cluster: Cluster) => Promise<ReadinessQuestion['api']>;
}

/** Is the application up in every cluster that has a part of it? `scaledAtMs`: epoch milliseconds of its start. */
export async function checkApplication(
  name: string,
  scaledAtMs: number,
  dependencies: CheckApplicationDependencies,
): Promise<ScopeReadiness> {
  const { plan, captures, clusters, nowMs } = dependencies;
  const summary = await captures.summary(name);
  if (summary === undefined) throw new CaptureMissingError(`nothing is known of how much of ${name} runs`);
  const involved = plan.clusters.filter((cluster) => isInvolved(cluster, name, plan, summary.workloads));
  const parts = await Promise.all(
    involved.map(async (cluster) =>
      readiness({
        api: await clusters(cluster),
        workloads: summary.workloads.filter((workload) => workload.cluster === cluster.name),
        checks: checksOf(plan, name),
        scaledAtMs,
        nowMs: nowMs(),
      }),
    ),
  );
  return parts.reduce(together, {
    ready: true,
    readyPods: 0,
    desiredPods: 0,
    failingChecks: [],
    waitingFor: [],
    unplaceable: [],
  });
}

function isInvolved(
  cluster: Cluster,
  name: string,
  plan: Plan,
  workloads: readonly { readonly cluster: string }[],
): boolean {
  if (name === platformName) return workloads.some((workload) => workload.cluster === cluster.name);
  return plan.applications.some((application) => application.name === name && application.cluster === cluster.name);
}

function checksOf(plan: Plan, name: string): readonly ReadinessCheck[] {
  return plan.applications.find((application) => application.name === name)?.checks ?? [];
}

function together(a: ScopeReadiness, b: ScopeReadiness): ScopeReadiness {
  return {
    ready: a.ready && b.ready,
    readyPods: a.readyPods + b.readyPods,
    desiredPods: a.desiredPods + b.desiredPods,
    failingChecks: [...a.failingChecks, ...b.failingChecks],
    waitingFor: [...a.waitingFor, ...b.waitingFor],
    unplaceable: [...a.unplaceable, ...b.unplaceable],
  };
}
