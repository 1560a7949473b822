import type { ScopeReadiness } from '../../lib/cluster/readiness.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import { promotedStores } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { chainLengths } from '../../lib/plan/waves.ts';
import type { InputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { type CheckApplicationDependencies, checkApplication } from './check-application.ts';
import type { contract } from './contract.ts';
import { catchUp, type RecoveryProgress } from './progress.ts';
import { rememberedCaptures, rememberedClusters } from './remembered-reads.ts';
import { type StartApplicationsDependencies, startApplications } from './start-applications.ts';

export interface RecoveryDependencies extends Omit<StartApplicationsDependencies, 'journal'> {
  readonly runtime: Pick<Runtime, 'nowMs' | 'sleep' | 'deadline'>;
  readonly journal: Pick<Journal, 'append' | 'read'>;
}

type Input = InputOf<typeof contract>;

/** An application that was started, as it was found last. */
export interface Found {
  readonly scaledAtMs: number;
  readonly state: ScopeReadiness;
}

/** Less than the function's time-out, so that an answer comes before Lambda ends it. */
const invocationMs = 50_000;
/** Half of a pause is lost on average per link of the longest chain of dependencies. */
const shortestPauseMs = 250;
/** What takes long is looked at less often: a pause is a small part of what has passed since the start. */
const pauseShare = 0.03;
/** Of more applications at once each is looked at less often: 160 requests a second and some are little to an API server. */
const applicationsPerPause = 40;
/** How often the journal is asked whether another application's data takes writes. */
const promotionPollMs = 1000;
/** So long without readiness, and a human sees more than another poll would. */
export const lateSeconds = 900;

/** One invocation's share of the recovery of all applications: nothing waits for a turn, only for what it depends on. */
export class Recovery {
  readonly found = new Map<string, Found>();
  readonly progress: RecoveryProgress;
  readonly #input: Input;
  readonly #dependencies: RecoveryDependencies & Invocation;
  readonly #check: CheckApplicationDependencies;
  readonly #requirements: ReadonlyMap<string, readonly string[]>;
  readonly #withData: ReadonlySet<string>;
  readonly #chainLengths: ReadonlyMap<string, number>;
  readonly #begun = new Set<string>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #pauses: AbortSignal = this.#stop.signal;
  #failure: { readonly error: unknown } | undefined;

  constructor(input: Input, progress: RecoveryProgress, dependencies: RecoveryDependencies & Invocation) {
    const { plan, runtime, captures, clusters } = dependencies;
    this.#input = input;
    this.progress = progress;
    this.#dependencies = dependencies;
    this.#check = {
      plan,
      nowMs: runtime.nowMs,
      captures: rememberedCaptures(captures),
      clusters: rememberedClusters(clusters, runtime.nowMs),
    };
    this.#requirements = requirementsOf(plan);
    this.#withData = new Set(promotedStores(plan).map(({ application }) => application));
    this.#chainLengths = chainLengths(plan);
  }

  /** Until all are ready, the time is over, or one is short of room or late. Throws the first error, when nothing of it runs any more. */
  async run(): Promise<void> {
    const deadline = this.#dependencies.runtime.deadline(invocationMs, this.#stop.signal);
    this.#pauses = deadline.signal;
    for (const [name, startedAtMs] of this.progress.startedAtMs) {
      if (this.progress.ready.has(name)) continue;
      this.#begun.add(name);
      this.#spawn(() => this.#follow(name, startedAtMs));
    }
    this.#startWhatMay();
    if (this.#applications().some((name) => this.lacksData(name))) this.#spawn(() => this.#watchPromotions());
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    this.#refuseDeadEnd();
    deadline.release();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Would it start on a database that refuses its writes? */
  lacksData(name: string): boolean {
    return this.#withData.has(name) && !this.progress.promoted.has(name);
  }

  #applications(): readonly string[] {
    return this.#input.waves.flatMap(({ applications }) => applications);
  }

  /** assess-estate leaves out what stands on something that can't be recovered; asked again it would be the same. */
  #refuseDeadEnd(): void {
    const left = this.#applications().filter((name) => !this.progress.ready.has(name));
    if (left.length === 0 || this.#pauses.aborted) return;
    this.#failure ??= { error: new RangeError(`${left.join(', ')}: depends on what is in no wave`) };
  }

  /** The first error ends everything else at its next pause: what is half done is finished, nothing is begun any more. */
  #spawn(work: () => Promise<void>): void {
    const task = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#stop.abort();
      })
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** False when there is no time left, or nothing more to do. */
  async #pause(delayMs: number): Promise<boolean> {
    const { runtime } = this.#dependencies;
    try {
      await runtime.sleep(delayMs, this.#pauses);
      return true;
    } catch (error) {
      if (this.#pauses.aborted) return false;
      throw error;
    }
  }

  #startWhatMay(): void {
    for (const { number, applications } of this.#input.waves) {
      const startable = applications.filter((name) => this.#mayStart(name));
      if (startable.length === 0) continue;
      for (const name of startable) this.#begun.add(name);
      this.#spawn(() => this.#start(number, startable));
    }
  }

  #mayStart(name: string): boolean {
    const { ready } = this.progress;
    if (this.#begun.has(name) || ready.has(name) || this.lacksData(name)) return false;
    return (this.#requirements.get(name) ?? []).every((one) => ready.has(one));
  }

  /**
   * Those first that the longest chains wait for. While nodes are still coming there is no room for all, and the
   * scheduler takes pods of one priority in the order in which they came.
   */
  async #start(wave: number, names: readonly string[]): Promise<void> {
    for (const [, applications] of [...this.#byChainLength(names)].sort(([a], [b]) => b - a)) {
      if (this.#pauses.aborted) return;
      const startedAtMs = this.#dependencies.runtime.nowMs();
      const order = { ...this.#input, wave: { number: wave, applications } };
      for (const { name, earliestReadySeconds } of await startApplications(order, this.#dependencies)) {
        this.progress.startedAtMs.set(name, startedAtMs);
        this.#spawn(() => this.#follow(name, startedAtMs, earliestReadySeconds));
      }
    }
  }

  #byChainLength(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
    return Map.groupBy(names, (name) => this.#chainLengths.get(name) ?? 0);
  }

  /** Looks until it is ready; before its earliest time it can't be. */
  async #follow(name: string, scaledAtMs: number, earliestReadySeconds = 0): Promise<void> {
    const { nowMs } = this.#dependencies.runtime;
    let pauseMs = scaledAtMs + earliestReadySeconds * 1000 - nowMs();
    while (pauseMs <= 0 || (await this.#pause(pauseMs))) {
      const state = await checkApplication(name, scaledAtMs, this.#check);
      this.found.set(name, { scaledAtMs, state });
      if (state.ready) return this.#becameReady(name);
      const late = nowMs() - scaledAtMs >= lateSeconds * 1000;
      if (late || state.unplaceable.length > 0) return this.#stop.abort();
      pauseMs = Math.max(shortestPauseMs, pauseShare * (nowMs() - scaledAtMs));
      pauseMs *= Math.max(1, this.found.size / applicationsPerPause);
    }
  }

  async #becameReady(name: string): Promise<void> {
    const { incidentId, executionArn, waves } = this.#input;
    const { journal } = this.#dependencies;
    const wave = waves.find(({ applications }) => applications.includes(name));
    if (wave === undefined) throw new RangeError(`${name} is in no wave`);
    const entry = { incidentId, executionArn } as const;
    const detail = { wave: wave.number, application: name };
    await journal.append({ ...entry, kind: 'application-ready', subject: name, detail });
    this.found.delete(name);
    this.progress.ready.add(name);
    this.#startWhatMay();
    if (!wave.applications.every((one) => this.progress.ready.has(one))) return;
    const whole = { wave: wave.number, applications: wave.applications };
    await journal.append({ ...entry, kind: 'wave-ready', subject: String(wave.number), detail: whole });
  }

  async #watchPromotions(): Promise<void> {
    const { journal, signal } = this.#dependencies;
    while (this.#applications().some((name) => this.lacksData(name)) && (await this.#pause(promotionPollMs))) {
      await catchUp(this.progress, journal, this.#input, signal);
      this.#startWhatMay();
    }
  }
}

/** The platform has none; everything else stands on the platform and on what it depends on. */
function requirementsOf(plan: Plan): ReadonlyMap<string, readonly string[]> {
  return new Map(plan.applications.map(({ name, dependsOn }) => [name, [platformName, ...dependsOn]]));
}
