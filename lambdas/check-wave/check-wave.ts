import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import { readiness, type ScopeReadiness } from '../../lib/cluster/readiness.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Cluster, Plan, ReadinessCheck } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { CaptureMissingError } from '../shared/errors.ts';
import type { contract } from './contract.ts';

export interface CheckWaveDependencies {
  readonly plan: Plan;
  readonly nowMs: () => number;
  readonly captures: CaptureStore;
  readonly clusters: ClusterAccessor;
  readonly journal: Pick<Journal, 'append'>;
}

interface NamedReadiness extends ScopeReadiness {
  readonly name: string;
}

/** The gate of a wave, asked again and again until it is ready, short, or out of time. */
export async function checkWave(
  input: InputOf<typeof contract>,
  dependencies: CheckWaveDependencies,
): Promise<OutputOf<typeof contract>> {
  const found = await Promise.all(
    input.wave.applications.map(async (name) => ({ name, ...(await check(name, input.startedAt, dependencies)) })),
  );
  const output = verdict(found);
  if (output.state !== 'waiting') await record(input, output, dependencies.journal);
  return output;
}

function verdict(found: readonly NamedReadiness[]): OutputOf<typeof contract> {
  const applications = found.map(({ name, ready, readyPods, desiredPods, failingChecks }) => ({
    name,
    ready,
    readyPods,
    desiredPods,
    failingChecks: [...failingChecks],
  }));
  if (found.every(({ ready }) => ready))
    return { state: 'ready', reason: 'all pods are ready and all checks pass', applications };
  const unplaceable = found.flatMap((one) => one.unplaceable);
  if (unplaceable.length > 0) return { state: 'short', reason: firstOf(unplaceable), applications };
  return { state: 'waiting', reason: firstOf(found.flatMap(({ waitingFor }) => waitingFor)), applications };
}

/** One sentence, however many there are: state and pages are no place for lists of hundreds of pods. */
function firstOf(sentences: readonly string[]): string {
  const [first = 'nothing was reported'] = sentences;
  return sentences.length > 1 ? `${first} (and ${sentences.length - 1} more)` : first;
}

async function check(name: string, startedAt: string, dependencies: CheckWaveDependencies): Promise<ScopeReadiness> {
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
        scaledAtMs: Date.parse(startedAt),
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

async function record(
  input: InputOf<typeof contract>,
  output: OutputOf<typeof contract>,
  journal: Pick<Journal, 'append'>,
): Promise<void> {
  const { incidentId, executionArn, wave } = input;
  const entry = { incidentId, executionArn, subject: String(wave.number) };
  const detail = { wave: wave.number, applications: wave.applications };
  if (output.state === 'ready') await journal.append({ ...entry, kind: 'wave-ready', detail });
  else await journal.append({ ...entry, kind: 'wave-short', detail: { ...detail, reason: output.reason } });
}
