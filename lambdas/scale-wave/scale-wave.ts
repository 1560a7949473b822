import type { Authority } from '../../lib/authority/authority.ts';
import type { CaptureStore, CaptureSummary } from '../../lib/cluster/capture-store.ts';
import type { ClusterApi } from '../../lib/cluster/cluster-api.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import { absentSecrets, createAbsent, type ScalingResult, scaleWorkloads } from '../../lib/cluster/scaling.ts';
import { scopesOf } from '../../lib/cluster/scope.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Cluster, Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { CaptureMissingError, ClusterRefusedError, StaleEpochError } from '../shared/errors.ts';
import type { contract } from './contract.ts';

export interface ScaleWaveDependencies {
  readonly plan: Plan;
  readonly nowMs: () => number;
  readonly authority: Pick<Authority, 'read'>;
  readonly captures: CaptureStore;
  readonly clusters: ClusterAccessor;
  readonly journal: Pick<Journal, 'append'>;
}

/** Starts every application of the wave; doing it again changes nothing that is right already. */
export async function scaleWave(
  input: InputOf<typeof contract>,
  dependencies: ScaleWaveDependencies,
): Promise<OutputOf<typeof contract>> {
  const record = await dependencies.authority.read();
  if (record?.epoch !== input.epoch) {
    throw new StaleEpochError(`the epoch is ${record?.epoch ?? 'unknown'}, this execution acts under ${input.epoch}`);
  }
  const startedAt = new Date(dependencies.nowMs()).toISOString();
  const applications = await Promise.all(
    input.wave.applications.map(async (name) => {
      const { workloads, created, scaled, shortened } = await scaleApplication(name, dependencies);
      return { name, workloads, created, scaled, shortened };
    }),
  );
  const shortened = applications.flatMap((application) => application.shortened);
  const detail = { wave: input.wave.number, applications: input.wave.applications };
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'wave-scaling-started',
    subject: String(input.wave.number),
    executionArn: input.executionArn,
    detail: shortened.length > 0 ? { ...detail, shortened } : detail,
  });
  return {
    startedAt,
    applications: applications.map(({ name, workloads, created, scaled }) => ({ name, workloads, created, scaled })),
  };
}

async function scaleApplication(name: string, dependencies: ScaleWaveDependencies): Promise<ScalingResult> {
  const summary = await dependencies.captures.summary(name);
  if (summary === undefined) throw new CaptureMissingError(`nothing is known of how much of ${name} runs`);
  // A pilot light may have nothing that is scaled and still much to create: cron jobs, configuration.
  const toFill = isPilotLight(dependencies.plan, name) ? scopesOf(dependencies.plan, name) : [];
  const clusters = [...new Set([...toFill, ...summary.workloads].map(({ cluster }) => cluster))];
  const results = await Promise.all(
    clusters.map(async (clusterName) => {
      const api = await dependencies.clusters(clusterOf(dependencies.plan, clusterName));
      return scaleInCluster(api, clusterName, summary, dependencies);
    }),
  );
  return {
    workloads: results.reduce((sum, result) => sum + result.workloads, 0),
    scaled: results.reduce((sum, result) => sum + result.scaled, 0),
    created: results.reduce((sum, result) => sum + result.created, 0),
    missing: [],
    shortened: results.flatMap((result) => result.shortened),
  };
}

async function scaleInCluster(
  api: ClusterApi,
  clusterName: string,
  summary: CaptureSummary,
  dependencies: ScaleWaveDependencies,
): Promise<ScalingResult> {
  const created = await createPilotLight(api, clusterName, summary, dependencies);
  const workloads = summary.workloads.filter(({ cluster }) => cluster === clusterName);
  const result = await scaleWorkloads(api, workloads);
  if (result.missing.length > 0) {
    const names = result.missing.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ');
    const remedy = isPilotLight(dependencies.plan, summary.application)
      ? 'something else makes it in the active cluster, an operator for instance: deploy that here by GitOps'
      : 'deploy it there by GitOps, or declare the application pilot-light';
    throw new ClusterRefusedError(`${summary.application}: ${names} not in the standby cluster; ${remedy}`);
  }
  return { ...result, created };
}

async function createPilotLight(
  api: ClusterApi,
  clusterName: string,
  summary: CaptureSummary,
  dependencies: ScaleWaveDependencies,
): Promise<number> {
  if (!isPilotLight(dependencies.plan, summary.application)) return 0;
  const absent = await absentSecrets(api, summary.requiredSecrets);
  if (absent.length > 0) {
    const names = absent.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
    throw new ClusterRefusedError(
      `${summary.application}: Secrets ${names} are not in the standby cluster; let external-secrets or GitOps keep them there`,
    );
  }
  const manifests = await dependencies.captures.manifests(summary);
  return createAbsent(
    api,
    manifests.filter(({ cluster }) => cluster === clusterName),
  );
}

function isPilotLight(plan: Plan, name: string): boolean {
  return plan.applications.some((one) => one.name === name && one.pattern === 'pilot-light');
}

function clusterOf(plan: Plan, name: string): Cluster {
  const cluster = plan.clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) throw new RangeError(`the plan has no cluster ${name}`);
  return cluster;
}
