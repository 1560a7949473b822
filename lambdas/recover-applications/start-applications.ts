import type { Authority } from '../../lib/authority/authority.ts';
import type { CaptureStore, CaptureSummary } from '../../lib/cluster/capture-store.ts';
import type { ClusterApi } from '../../lib/cluster/cluster-api.ts';
import { resumeCronJobs } from '../../lib/cluster/cron-jobs.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import { deployments, placeholdersOf } from '../../lib/cluster/prewarm-objects.ts';
import { absentSecrets, createAbsent, scaleWorkloads } from '../../lib/cluster/scaling.ts';
import { scopesOf } from '../../lib/cluster/scope.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { prewarmNamespace } from '../../lib/plan/names.ts';
import type { Cluster, Plan } from '../../lib/plan/plan.ts';
import { CaptureMissingError, ClusterRefusedError, StaleEpochError } from '../shared/errors.ts';

export interface StartApplicationsDependencies {
  readonly plan: Plan;
  readonly authority: Pick<Authority, 'read'>;
  readonly captures: CaptureStore;
  readonly clusters: ClusterAccessor;
  readonly journal: Pick<Journal, 'append'>;
}

/** Applications of one wave, to be started now. */
export interface StartOrder {
  readonly executionArn: string;
  readonly incidentId: string;
  readonly epoch: number;
  readonly wave: { readonly number: number; readonly applications: readonly string[] };
}

/** What has been done of one application, in one cluster or in all. */
interface Started {
  readonly workloads: number;
  readonly created: number;
  readonly scaled: number;
  /** CronJobs captured as not suspended, and so many of them that were suspended here until now. */
  readonly cronJobs: number;
  readonly resumed: number;
  readonly shortened: readonly string[];
  /** Since it was started; before that it can't be ready. */
  readonly earliestReadySeconds: number;
}

type Done = 'workloads' | 'created' | 'scaled' | 'resumed' | 'earliestReadySeconds';

/** How much of one application there was to do. */
export interface StartedApplication extends Pick<Started, Done> {
  readonly name: string;
}

/** Starts the applications that `wave` names; doing it again changes nothing that is right already. */
export async function startApplications(
  input: StartOrder,
  dependencies: StartApplicationsDependencies,
): Promise<readonly StartedApplication[]> {
  const record = await dependencies.authority.read();
  if (record?.epoch !== input.epoch) {
    throw new StaleEpochError(`the epoch is ${record?.epoch ?? 'unknown'}, this execution acts under ${input.epoch}`);
  }
  const applications = await Promise.all(
    input.wave.applications.map(async (name) => ({ name, ...(await scaleApplication(name, dependencies)) })),
  );
  const shortened = applications.flatMap((application) => application.shortened);
  const cronJobs = sumOf(applications, 'cronJobs');
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'wave-scaling-started',
    // A wave starts in as many parts as its dependencies become ready in.
    subject: input.wave.applications.join(' '),
    executionArn: input.executionArn,
    detail: {
      wave: input.wave.number,
      applications: input.wave.applications,
      ...(cronJobs > 0 ? { cronJobs } : {}),
      ...(shortened.length > 0 ? { shortened } : {}),
    },
  });
  return applications.map(({ name, workloads, created, scaled, resumed, earliestReadySeconds }) => ({
    name,
    workloads,
    created,
    scaled,
    resumed,
    earliestReadySeconds,
  }));
}

async function scaleApplication(name: string, dependencies: StartApplicationsDependencies): Promise<Started> {
  const summary = await dependencies.captures.summary(name);
  if (summary === undefined) throw new CaptureMissingError(`nothing is known of how much of ${name} runs`);
  // A pilot light may have nothing that is scaled and still much to create: configuration, suspended cron jobs.
  const toFill = isPilotLight(dependencies.plan, name) ? scopesOf(dependencies.plan, name) : [];
  const clusters = [...new Set([...toFill, ...summary.workloads, ...summary.cronJobs].map(({ cluster }) => cluster))];
  const results = await Promise.all(
    clusters.map(async (clusterName) => {
      const api = await dependencies.clusters(clusterOf(dependencies.plan, clusterName));
      return scaleInCluster(api, clusterName, summary, dependencies);
    }),
  );
  return {
    workloads: sumOf(results, 'workloads'),
    created: sumOf(results, 'created'),
    scaled: sumOf(results, 'scaled'),
    cronJobs: sumOf(results, 'cronJobs'),
    resumed: sumOf(results, 'resumed'),
    shortened: results.flatMap((result) => result.shortened),
    earliestReadySeconds: Math.max(0, ...results.map((result) => result.earliestReadySeconds)),
  };
}

async function scaleInCluster(
  api: ClusterApi,
  clusterName: string,
  summary: CaptureSummary,
  dependencies: StartApplicationsDependencies,
): Promise<Started> {
  // The room that was held for them; what the placeholders' going leaves behind, preemption clears.
  await api.deleteCollection(deployments, prewarmNamespace, placeholdersOf(summary.application));
  const { created, areNew } = await createPilotLight(api, clusterName, summary, dependencies);
  const cronJobs = summary.cronJobs.filter(({ cluster }) => cluster === clusterName);
  const [{ workloads, scaled, shortened, missing, earliestReadySeconds }, { resumed, missing: missingCronJobs }] =
    await Promise.all([
      scaleWorkloads(
        api,
        summary.workloads.filter(({ cluster }) => cluster === clusterName),
        { areNew },
      ),
      resumeCronJobs(api, cronJobs),
    ]);
  const absent = [...missing, ...missingCronJobs.map((cronJob) => ({ kind: 'CronJob', ...cronJob }))];
  if (absent.length > 0) {
    const names = absent.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ');
    const remedy = isPilotLight(dependencies.plan, summary.application)
      ? 'something else makes it in the active cluster, an operator for instance: deploy that here by GitOps'
      : 'deploy it there by GitOps, or declare the application pilot-light';
    throw new ClusterRefusedError(`${summary.application}: ${names} not in the standby cluster; ${remedy}`);
  }
  return { workloads, created, scaled, cronJobs: cronJobs.length, resumed, shortened, earliestReadySeconds };
}

async function createPilotLight(
  api: ClusterApi,
  clusterName: string,
  summary: CaptureSummary,
  dependencies: StartApplicationsDependencies,
): Promise<{ readonly created: number; readonly areNew: boolean }> {
  if (!isPilotLight(dependencies.plan, summary.application)) return { created: 0, areNew: false };
  const absent = await absentSecrets(api, summary.requiredSecrets);
  if (absent.length > 0) {
    const names = absent.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
    throw new ClusterRefusedError(
      `${summary.application}: Secrets ${names} are not in the standby cluster; let external-secrets or GitOps keep them there`,
    );
  }
  const manifests = await dependencies.captures.manifests(summary);
  const here = manifests.filter(({ cluster }) => cluster === clusterName);
  const created = await createAbsent(api, here);
  return { created, areNew: created > 0 && created === here.length };
}

function sumOf<K extends string>(parts: readonly Readonly<Record<K, number>>[], member: K): number {
  return parts.reduce((sum, part) => sum + part[member], 0);
}

function isPilotLight(plan: Plan, name: string): boolean {
  return plan.applications.some((one) => one.name === name && one.pattern === 'pilot-light');
}

function clusterOf(plan: Plan, name: string): Cluster {
  const cluster = plan.clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) throw new RangeError(`the plan has no cluster ${name}`);
  return cluster;
}
