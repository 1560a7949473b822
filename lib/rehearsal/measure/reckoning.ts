import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { failoverStateMachineName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Unrecoverable } from '../../plan/recoverability.ts';
import { defaultPromotionTimes } from '../aws/rds/global-database.ts';
import type { MachineExecution } from '../aws/sfn/machine-execution.ts';
import type { Clients } from '../estate/clients.ts';
import type { SimulatedDataStore } from '../estate/data-store.ts';
import type { UnreplicatedClaims } from '../estate/data-stores.ts';
import type { ServingModel } from '../estate/serving-model.ts';
import { type StaleClients, type StaleKind, staleKinds } from '../estate/stale-clients.ts';
import type { Recovery } from '../invariants/invariant.ts';
import { defaultLatencies } from '../kubernetes/latencies.ts';
import { type LowerBound, lowerBound } from '../lower-bound/lower-bound.ts';
import { promotionSecondsOf } from '../lower-bound/promotion-seconds.ts';
import { startSecondsOf } from '../lower-bound/start-seconds.ts';
import type { Rehearsal } from '../rehearsal.ts';
import type { Timeline } from '../report/timeline.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { SimulatedAws } from '../simulated-aws.ts';
import type { WorldEvidence } from '../world-evidence.ts';
import { applicationResults, type Measured } from './applications.ts';
import type { Chronicle } from './chronicle.ts';
import { criticalPath } from './critical-path.ts';
import { endingText } from './ending.ts';
import type { FirstTroubles } from './first-troubles.ts';
import { wasPaged } from './paged.ts';
import { recoverySeconds } from './recovery-time.ts';
import type { RequestOutcome } from './request-log.ts';
import type { ApplicationResult, PlatformResult, RehearsalResult } from './result.ts';
import { verdict } from './verdict.ts';

/** Shortest of the cluster's latencies: each varies by a fifth. */
const fastest = 0.8;
/** As lib/infra's decision endpoints have them: a request every ten seconds, three in a row. */
const healthCheck = { intervalSeconds: 10, failureThreshold: 3 };
/** The timeline shows a little of the good time before. */
const shownBeforeMs = 60_000;

export interface ReckoningOptions {
  readonly plan: Plan;
  readonly objects: readonly KubernetesObject[];
  readonly scenario: Scenario;
  readonly seed: number;
  readonly faultMs: number;
  readonly aws: SimulatedAws;
  readonly evidence: WorldEvidence;
  readonly chronicle: Chronicle;
  readonly troubles: Pick<FirstTroubles, 'sentences'>;
  readonly clients: Clients;
  readonly staleClients: StaleClients;
  readonly model: ServingModel;
  readonly dataStores: ReadonlyMap<string, readonly SimulatedDataStore[]>;
  readonly unrecoverable: readonly Unrecoverable[];
  readonly claims: readonly UnreplicatedClaims[];
}

/** Turns what clients, stores and the world went through into the result. */
export class Reckoning {
  readonly #options: ReckoningOptions;
  readonly #lost: readonly Unrecoverable[];
  #capturedAtMs: number | undefined;

  constructor(options: ReckoningOptions) {
    this.#options = options;
    this.#lost = withForgottenClaims(options);
  }

  /** Notes what only the last instant before the fault knows. */
  beforeFault(): void {
    this.#capturedAtMs = this.#options.evidence.platformCapturedAtMs();
  }

  /** Have all clients that can come back done so? */
  everybodyBack(endMs: number): boolean {
    const { clients, faultMs, plan } = this.#options;
    const lost = new Set(this.#lost.map((one) => one.application));
    const logs = plan.applications.filter(({ name }) => !lost.has(name)).map(({ name }) => clients.logOf(name));
    return [clients.platformLog, ...logs].every((log) => recoverySeconds(log.outcomes, faultMs, endMs) !== undefined);
  }

  /** When the platform's and each application's clients were served again; null: not before `endMs`. */
  recoveries(endMs: number): readonly Recovery[] {
    const { clients, faultMs, plan } = this.#options;
    const logs = [
      { name: 'platform', log: clients.platformLog },
      ...plan.applications.map(({ name }) => ({ name, log: clients.logOf(name) })),
    ];
    return logs.map(({ name, log }) => ({ name, rtoSeconds: recoverySeconds(log.outcomes, faultMs, endMs) ?? null }));
  }

  measure(
    endMs: number,
    invariants: RehearsalResult['invariants'],
    calls: RehearsalResult['calls'],
  ): Pick<Rehearsal, 'result' | 'timeline' | 'lowerBoundSteps'> {
    const { plan, scenario, seed, chronicle } = this.#options;
    const platform = this.#platform(endMs);
    const applications = applicationResults(plan, (name) => this.#application(name, endMs), this.#lost);
    const execution = this.#execution();
    const bound = this.#lowerBound(applications);
    const judged = verdict({
      expected: scenario.expected,
      pagesExpected: scenario.pages,
      paged: this.#paged(),
      moved: this.#moved(),
      executionStatus: execution?.status,
      executionEnding: this.#ending(),
      signals: chronicle.signals,
      acceptedFences: chronicle.acceptedFences,
      quorum: plan.detection.quorum,
      troubles: this.#options.troubles.sentences,
      platform,
      applications,
      brokenRules: invariants.broken,
    });
    const result: RehearsalResult = {
      scenario: scenario.name,
      seed,
      amendment: scenario.amendment ?? null,
      expected: scenario.expected,
      ...judged,
      execution:
        execution === undefined
          ? null
          : {
              stateMachine: execution.machine.name,
              name: execution.name,
              status: execution.status,
              states: execution.statesEntered,
              historyEvents: execution.history.length,
            },
      platform,
      applications,
      rto: this.#rto(platform, applications, bound),
      clients: this.#clientTotals(endMs),
      staleClients: staleKinds.map((kind) => this.#staleClients(kind, endMs)),
      calls,
      alarms: this.#options.aws.cloudwatch.rung.map(({ atMs, region, name }) => ({
        at: new Date(Math.round(atMs)).toISOString(),
        region,
        name,
      })),
      notifications: chronicle.notifications.map(({ atMs, region, severity, kind, incidentId, subject }) => ({
        at: new Date(Math.round(atMs)).toISOString(),
        region,
        severity,
        kind,
        incidentId,
        subject,
      })),
      invariants,
    };
    return { result, timeline: this.#timeline(endMs), lowerBoundSteps: bound.steps };
  }

  #application(name: string, endMs: number): Measured {
    const { plan, clients, faultMs, dataStores, model } = this.#options;
    const dark = this.#darkRegion();
    const losses = (dataStores.get(name) ?? []).map((store) => {
      if (dark !== undefined) return store.lossSeconds(dark, faultMs);
      return this.#moved() ? store.lossWhenLeft(plan.regions.active) : 0;
    });
    const rtoSeconds = recoverySeconds(clients.logOf(name).outcomes, faultMs, endMs);
    return {
      rtoSeconds: rtoSeconds === undefined ? undefined : toMilliseconds(rtoSeconds),
      rpoSeconds: toMilliseconds(Math.max(0, ...losses)),
      refusal: model.application(name, this.#servingRegion()),
      ending: this.#ending(),
    };
  }

  /** What the standby knows of the active region is the platform's data; its age is what would be lost. */
  #platform(endMs: number): PlatformResult {
    const { plan, clients, faultMs } = this.#options;
    const backSeconds = recoverySeconds(clients.platformLog.outcomes, faultMs, endMs);
    const rtoSeconds = backSeconds === undefined ? null : toMilliseconds(backSeconds);
    const lostSeconds = this.#capturedAtMs === undefined ? null : toMilliseconds((faultMs - this.#capturedAtMs) / 1000);
    const rpoSeconds = this.#darkRegion() === undefined ? 0 : lostSeconds;
    const { rtoSeconds: rtoTargetSeconds, rpoSeconds: rpoTargetSeconds } = plan.platform;
    const met =
      rtoSeconds !== null && rtoSeconds <= rtoTargetSeconds && rpoSeconds !== null && rpoSeconds <= rpoTargetSeconds;
    return { rtoTargetSeconds, rtoSeconds, rpoTargetSeconds, rpoSeconds, met };
  }

  /** The region that went dark, for good or until it had been left: what it had not sent is missing. */
  #darkRegion(): string | undefined {
    const { scenario, plan } = this.#options;
    const dark = scenario.faults.find(
      (fault) => fault.kind === 'region-dark' && (fault.forSeconds === undefined || this.#moved()),
    );
    return dark?.kind === 'region-dark' ? plan.regions[dark.region] : undefined;
  }

  #servingRegion(): string {
    return this.#moved() ? this.#options.plan.regions.standby : this.#options.plan.regions.active;
  }

  #moved(): boolean {
    const authority = this.#options.evidence.authority();
    return authority?.phase === 'serving' && authority.activeRegion === this.#options.plan.regions.standby;
  }

  /** The one that took effect, or else the first that was started. */
  #execution(): MachineExecution | undefined {
    const { aws, plan, faultMs, evidence } = this.#options;
    const all = aws.sfn
      .executions()
      .filter((one) => one.machine.name === failoverStateMachineName(plan) && one.startedMs >= faultMs);
    const effective = evidence.authority()?.claimedBy;
    return all.find((one) => one.arn === effective) ?? all[0];
  }

  #paged(): boolean {
    const { plan, aws, chronicle, faultMs } = this.#options;
    const { emails } = plan.notification;
    const published = chronicle.notifications.filter(({ severity }) => severity === 'page').length;
    return wasPaged({ emails, pages: aws.sns.pages(), published, faultMs });
  }

  /** Without an error a failover that moved nothing has its reason in its last state. */
  #ending(): string | undefined {
    const execution = this.#execution();
    const lastState = execution?.statesEntered.at(-1);
    return endingText(execution) ?? (this.#moved() || lastState === undefined ? undefined : `in ${lastState}`);
  }

  #lowerBound(applications: readonly ApplicationResult[]): LowerBound {
    const { plan, objects, faultMs } = this.#options;
    const starts = startSecondsOf(plan, objects, {
      containerStartMs: defaultLatencies.containerStartMs * fastest,
      applicationStartMs: defaultLatencies.applicationStartMs * fastest,
      initContainerMs: defaultLatencies.initContainerMs * fastest,
    });
    const lost = new Set(this.#lost.map((one) => one.application));
    const possible = new Map(
      applications.filter(({ name }) => !lost.has(name)).map(({ name }) => [name, starts.get(name) ?? 0]),
    );
    const promotionSeconds = promotionSecondsOf(plan, defaultPromotionTimes);
    const isDark = this.#options.scenario.faults.some(({ kind }) => kind === 'region-dark');
    const degradation = this.#options.scenario.faults.find((fault) => fault.kind === 'degraded');
    return lowerBound({
      plan,
      faultMs,
      ...(!isDark && degradation !== undefined && { degradation }),
      startSeconds: possible,
      promotionSeconds,
      healthCheck,
    });
  }

  #rto(
    platform: PlatformResult,
    applications: readonly ApplicationResult[],
    bound: LowerBound,
  ): RehearsalResult['rto'] {
    const { chronicle, faultMs } = this.#options;
    const times = [platform, ...applications].map((row) => row.rtoSeconds);
    const known = times.filter((seconds) => seconds !== null);
    const seconds = known.length === times.length ? Math.max(...known) : null;
    const path =
      this.#moved() && seconds !== null && seconds > 0
        ? criticalPath(chronicle.marks, faultMs, faultMs + seconds * 1000, 'resolvers forget, clients return')
        : [];
    return { seconds, lowerBoundSeconds: bound.seconds, criticalPath: path };
  }

  #clientTotals(endMs: number): RehearsalResult['clients'] {
    const { plan, clients } = this.#options;
    const all = plan.applications
      .flatMap(({ name }) => clients.logOf(name).outcomes)
      .filter((one) => one.sentAtMs <= endMs);
    const failed = all.filter((one) => !one.succeeded).map((one) => one.sentAtMs);
    failed.sort((a, b) => a - b);
    const at = (atMs: number | undefined) => (atMs === undefined ? null : new Date(Math.round(atMs)).toISOString());
    return {
      requests: all.length,
      failed: failed.length,
      firstFailureAt: at(failed[0]),
      lastFailureAt: at(failed.at(-1)),
    };
  }

  #staleClients(kind: StaleKind, endMs: number): RehearsalResult['staleClients'][number] {
    const { staleClients, faultMs } = this.#options;
    const { outcomes } = staleClients.logOf(kind);
    const seen = outcomes.filter((one) => one.sentAtMs <= endMs);
    const back = seen.length === 0 ? undefined : recoverySeconds(outcomes, faultMs, endMs);
    const failed = seen.filter((one) => !one.succeeded).length;
    return { kind, requests: seen.length, failed, rtoSeconds: back === undefined ? null : toMilliseconds(back) };
  }

  #timeline(endMs: number): Timeline {
    const { plan, clients, chronicle, faultMs } = this.#options;
    const shown = (outcomes: readonly RequestOutcome[]) =>
      outcomes.filter((one) => one.sentAtMs >= faultMs - shownBeforeMs);
    const entries = chronicle.entries
      .filter((entry) => entry.fromMs >= faultMs - shownBeforeMs)
      .map((entry) => (entry.lane === 'fault' && entry.toMs === undefined ? { ...entry, toMs: endMs } : entry));
    return {
      faultMs,
      startMs: faultMs - shownBeforeMs,
      endMs,
      entries,
      requests: [
        { name: 'platform', outcomes: shown(clients.platformLog.outcomes) },
        ...plan.applications.map(({ name }) => ({ name, outcomes: shown(clients.logOf(name).outcomes) })),
      ],
    };
  }
}

/** Fractions of a millisecond are the simulation's, nobody measures them. */
function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Claims that the plan forgot can't be recovered either, nor can whoever depends on them. */
function withForgottenClaims({ plan, unrecoverable, claims }: ReckoningOptions): readonly Unrecoverable[] {
  const lost = new Map(unrecoverable.map((one) => [one.application, one]));
  for (const { application, workload } of claims) {
    if (lost.has(application)) continue;
    lost.set(application, {
      application,
      reason: `nothing replicates the claims of ${workload}, so its data dies with the region`,
      remedy: `declare a data store of ${application} with workload: ${workload} and what replicates it, or move its data out of the cluster`,
    });
  }
  for (let found = true; found; ) {
    found = false;
    for (const { name, dependsOn } of plan.applications) {
      const causes = dependsOn.filter((dependency) => lost.has(dependency));
      if (lost.has(name) || causes.length === 0) continue;
      found = true;
      const reason = `depends on ${causes.join(', ')}, which can't be recovered`;
      lost.set(name, { application: name, reason, remedy: `make ${causes.join(', ')} recoverable` });
    }
  }
  return [...lost.values()];
}
