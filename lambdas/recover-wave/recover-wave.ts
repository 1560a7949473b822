import type { ScopeReadiness } from '../../lib/cluster/readiness.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import { promotedStores } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { type CheckApplicationDependencies, checkApplication } from './check-application.ts';
import type { contract } from './contract.ts';
import { catchUp, noProgress, type WaveProgress } from './progress.ts';
import { rememberedCaptures, rememberedClusters } from './remembered-reads.ts';
import { type StartApplicationsDependencies, startApplications } from './start-applications.ts';

export interface RecoverWaveDependencies extends Omit<StartApplicationsDependencies, 'nowMs' | 'journal'> {
  readonly plan: Plan;
  readonly runtime: Pick<Runtime, 'nowMs' | 'sleep'>;
  readonly journal: Pick<Journal, 'append' | 'read'>;
}

type Input = InputOf<typeof contract>;
type Output = OutputOf<typeof contract>;
type Dependencies = RecoverWaveDependencies & Invocation;

/** Less than the function's time-out, so that an answer comes before Lambda ends it. */
const invocationSeconds = 50;
/** A quarter of a second is lost on average per link of the longest chain of dependencies. */
const pollMs = 500;
/** A wave that only waits for others asks the journal less often. */
const idlePollMs = 1000;
/** Of many applications at once each API server is asked less often: 500 ms for forty (320 requests a second), then longer. */
const applicationsPerPoll = 40;
/** So long without readiness, and a human sees more than another poll would. */
const lateSeconds = 900;

export async function recoverWave(input: Input, dependencies: Dependencies): Promise<Output> {
  const { runtime, journal, signal } = dependencies;
  const { nowMs } = runtime;
  const untilMs = nowMs() + invocationSeconds * 1000;
  const check = {
    plan: dependencies.plan,
    nowMs,
    captures: rememberedCaptures(dependencies.captures),
    clusters: rememberedClusters(dependencies.clusters, nowMs),
  };
  const progress = noProgress();
  await catchUp(progress, journal, input, signal);
  for (;;) {
    const { output, underWay } = await advance(input, progress, check, dependencies);
    if (output.state !== 'waiting') return output;
    const pauseMs = underWay === 0 ? idlePollMs : pollMs * Math.max(1, underWay / applicationsPerPoll);
    if (nowMs() + pauseMs >= untilMs) return output;
    await runtime.sleep(pauseMs, signal);
    // What others have come to matters only to who still waits for them.
    if (input.wave.applications.some((name) => !progress.startedAtMs.has(name))) {
      await catchUp(progress, journal, input, signal);
    }
  }
}

/** One look: starts what may start, and asks how far is what has been started; both are noted in `progress`. */
async function advance(
  input: Input,
  progress: WaveProgress,
  check: CheckApplicationDependencies,
  dependencies: Dependencies,
): Promise<{ output: Output; underWay: number }> {
  const { plan, runtime, journal } = dependencies;
  const { nowMs } = runtime;
  const { applications } = input.wave;
  const unpromoted = withoutData(plan, progress);
  const startable = applications.filter(
    (name) =>
      !progress.startedAtMs.has(name) &&
      !unpromoted.has(name) &&
      prerequisites(plan, name).every((one) => progress.ready.has(one)),
  );
  if (startable.length > 0) {
    const startedAtMs = nowMs();
    await startApplications({ ...input, wave: { number: input.wave.number, applications: startable } }, dependencies);
    for (const name of startable) progress.startedAtMs.set(name, startedAtMs);
  }
  const underWay = applications.filter((name) => progress.startedAtMs.has(name) && !progress.ready.has(name));
  const found = await Promise.all(
    underWay.map(async (name) => {
      const scaledAtMs = progress.startedAtMs.get(name) ?? nowMs();
      const state = await checkApplication(name, scaledAtMs, check);
      // At once, and not when all have been looked at: others wait for it.
      if (state.ready) await recordReady(name, input, journal);
      return { name, scaledAtMs, state };
    }),
  );
  for (const { name, state } of found) if (state.ready) progress.ready.add(name);
  const output = verdict(input, progress, found, unpromoted, nowMs());
  await record(input, output, journal);
  return { output, underWay: underWay.length };
}

/** The platform has none; everything else stands on the platform and on what it depends on. */
function prerequisites(plan: Plan, name: string): readonly string[] {
  if (name === platformName) return [];
  return [platformName, ...(plan.applications.find((one) => one.name === name)?.dependsOn ?? [])];
}

/** Applications that would start on a database which refuses their writes. */
function withoutData(plan: Plan, { promoted }: WaveProgress): ReadonlySet<string> {
  const names = promotedStores(plan).map(({ application }) => application);
  return new Set(names.filter((name) => !promoted.has(name)));
}

interface Found {
  readonly name: string;
  readonly scaledAtMs: number;
  readonly state: ScopeReadiness;
}

function verdict(
  { wave }: Input,
  { startedAtMs, ready }: WaveProgress,
  found: readonly Found[],
  unpromoted: ReadonlySet<string>,
  nowMs: number,
): Output {
  const starts = wave.applications.flatMap((name) => startedAtMs.get(name) ?? []);
  const common = {
    ...(starts.length > 0 ? { startedAt: new Date(Math.min(...starts)).toISOString() } : {}),
    ready: wave.applications.filter((name) => ready.has(name)).length,
    applications: wave.applications.length,
  };
  if (common.ready === common.applications) {
    return { state: 'ready', reason: 'all pods are ready and all checks pass', ...common };
  }
  const unplaceable = found.flatMap(({ state }) => state.unplaceable);
  if (unplaceable.length > 0) return { state: 'short', reason: firstOf(unplaceable), ...common };
  const late = found.filter(({ scaledAtMs, state }) => !state.ready && nowMs - scaledAtMs >= lateSeconds * 1000);
  if (late.length > 0) {
    const reason = firstOf(late.flatMap(({ state }) => state.waitingFor));
    return { state: 'late', reason: `not ready ${lateSeconds / 60} minutes after its start: ${reason}`, ...common };
  }
  const notStarted = wave.applications.filter((name) => !startedAtMs.has(name));
  const sentences = [
    ...found.flatMap(({ state }) => state.waitingFor),
    ...notStarted.map((name) => `${name} waits for ${unpromoted.has(name) ? 'its data' : 'what it depends on'}`),
  ];
  return { state: 'waiting', reason: firstOf(sentences), ...common };
}

/** One sentence, however many there are: state and pages are no place for lists of hundreds of pods. */
function firstOf(sentences: readonly string[]): string {
  const [first = 'nothing was reported'] = sentences;
  return sentences.length > 1 ? `${first} (and ${sentences.length - 1} more)` : first;
}

async function recordReady(name: string, input: Input, journal: Pick<Journal, 'append'>): Promise<void> {
  const { incidentId, executionArn, wave } = input;
  const detail = { wave: wave.number, application: name };
  await journal.append({ incidentId, executionArn, kind: 'application-ready', subject: name, detail });
}

async function record(input: Input, output: Output, journal: Pick<Journal, 'append'>): Promise<void> {
  if (output.state === 'waiting') return;
  const { incidentId, executionArn, wave } = input;
  const entry = { incidentId, executionArn, subject: String(wave.number) };
  const detail = { wave: wave.number, applications: wave.applications };
  if (output.state === 'ready') await journal.append({ ...entry, kind: 'wave-ready', detail });
  else await journal.append({ ...entry, kind: 'wave-short', detail: { ...detail, reason: output.reason } });
}
