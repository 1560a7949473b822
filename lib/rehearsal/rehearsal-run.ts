import type { Plan } from '../plan/plan.ts';
import { unrecoverable } from '../plan/recoverability.ts';
import { Bundles } from './aws/lambda/runtime/bundle.ts';
import { ApiServerHost } from './estate/api-server-host.ts';
import { assumptionsOf } from './estate/assumptions.ts';
import { databaseOf } from './estate/aurora-databases.ts';
import { ClientMetrics } from './estate/client-metrics.ts';
import { Clients, clientTimeoutMs } from './estate/clients.ts';
import { buildClusters, type EstateCluster } from './estate/clusters.ts';
import { dataStoresOf, unreplicatedClaims } from './estate/data-stores.ts';
import { GrayFailures } from './estate/gray-failure.ts';
import { LoadBalancer } from './estate/load-balancer.ts';
import { assertWell } from './estate/readiness-before.ts';
import { defineRoutingControls } from './estate/routing-controls.ts';
import { type ClusterView, ServingModel } from './estate/serving-model.ts';
import { StaleClients } from './estate/stale-clients.ts';
import { RuleBook } from './invariants/rule-book.ts';
import type { Kernel } from './kernel/kernel.ts';
import { CallCounter } from './measure/call-counter.ts';
import { Chronicle } from './measure/chronicle.ts';
import { FirstTroubles } from './measure/first-troubles.ts';
import { Reckoning } from './measure/reckoning.ts';
import { recoveryWindowSeconds } from './measure/recovery-time.ts';
import { TroubleCounter } from './measure/troubled-calls.ts';
import type { Rehearsal, RehearsalOptions } from './rehearsal.ts';
import { applyFaults } from './scenarios/apply-faults.ts';
import { attend } from './scenarios/humans.ts';
import { warmUpSeconds } from './scenarios/scenario.ts';
import { rehearsalAccountId, type SimulatedAws, simulatedAws } from './simulated-aws.ts';
import { deploy } from './templates/deploy.ts';
import type { TraceEntry } from './world/trace.ts';
import { WorldEvidence } from './world-evidence.ts';

/** How often the outcome is looked at and the rules are asked. */
const tickSeconds = 10;
/** Clients start when pods are ready and long before anything breaks. */
const clientsStartSeconds = warmUpSeconds - 180;
/** After the failover has ended for good or bad: time for late effects. */
const settleSeconds = 60;
/** Recoverable clients that aren't back so long after the failover's end don't come back. */
const patienceSeconds = 600;

/** Nodes leave within a minute after their group was made smaller. */
const takeBackSeconds = 90;

/** One rehearsal from an empty AWS to its measured result; the steps in their order. */
export class RehearsalRun {
  readonly #kernel: Kernel;
  readonly #options: RehearsalOptions;
  readonly #aws: SimulatedAws;
  readonly #clusters: readonly EstateCluster[];
  readonly #evidence: WorldEvidence;
  readonly #chronicle: Chronicle;
  readonly #rules: RuleBook;
  readonly #counter = new CallCounter();
  readonly #troubles = new FirstTroubles();
  readonly #troubledCalls: TroubleCounter;
  readonly #clients: Clients;
  readonly #staleClients: StaleClients;
  readonly #model: ServingModel;
  readonly #gray: GrayFailures;
  readonly #reckoning: Reckoning;
  readonly #faultMs: number;
  #prewarmSeenMs = Number.NEGATIVE_INFINITY;

  constructor(kernel: Kernel, options: RehearsalOptions) {
    const { plan, objects, scenario } = options;
    this.#kernel = kernel;
    this.#options = options;
    // Not on a round second, where beats and probes would always fall the same way.
    this.#faultMs = kernel.nowMs + Math.round((warmUpSeconds + kernel.random('scenario').between(0, 60)) * 1000);
    this.#troubledCalls = new TroubleCounter(this.#faultMs);
    this.#aws = simulatedAws({
      kernel,
      bundles: options.bundles ?? new Bundles(),
      onRun: (run) => this.#rules.onRun(run),
      onFailedRun: (run) => this.#troubles.onFailedRun(run),
      onStateEntered: (_execution, state) => this.#progress(state),
      onLog: ({ process, text }) => this.#rules.onLogLine(process, text),
    });
    this.#clusters = this.#buildClusters();
    this.#evidence = new WorldEvidence({ kernel, plan, aws: this.#aws, clusters: this.#clusters });
    this.#chronicle = new Chronicle({ plan, faultMs: this.#faultMs, authority: () => this.#evidence.authority() });
    this.#rules = new RuleBook(this.#evidence);
    const claims = unreplicatedClaims(plan, objects);
    const dataStores = dataStoresOf(plan, claims, (store) => databaseOf(store, plan, this.#aws.rds));
    this.#model = new ServingModel({
      plan,
      nowMs: () => kernel.nowMs,
      clusters: viewsOf(this.#clusters, this.#aws),
      dataStores,
    });
    this.#gray = new GrayFailures(kernel);
    const onServed = (application: string, region: string) => this.#rules.onServed(application, region);
    this.#registerLoadBalancers(plan, dataStores, onServed);
    for (const store of [...dataStores.values()].flat())
      store.onAcknowledged((write) => this.#rules.onWrite(store, write));
    const { internet } = this.#aws;
    const activeRegion = () => this.#activeRegion();
    this.#staleClients = new StaleClients({ kernel, plan, internet });
    const { cloudwatch, world } = this.#aws;
    const isUp = (region: string) => world.weather.serviceUp(region, cloudwatch.name);
    const metrics = new ClientMetrics({ kernel, plan, metrics: cloudwatch, isUp, activeRegion });
    this.#clients = new Clients({
      kernel,
      plan,
      internet,
      model: this.#model,
      gray: this.#gray,
      metrics,
      dataStores,
      activeRegion,
      onServed,
    });
    this.#reckoning = new Reckoning({
      plan,
      objects,
      scenario,
      seed: options.seed,
      faultMs: this.#faultMs,
      aws: this.#aws,
      evidence: this.#evidence,
      chronicle: this.#chronicle,
      troubles: this.#troubles,
      clients: this.#clients,
      staleClients: this.#staleClients,
      model: this.#model,
      dataStores,
      unrecoverable: [...unrecoverable(plan)],
      claims,
    });
  }

  /** The templates, and the health checks' and clients' world around them. */
  async deploy(): Promise<void> {
    const { plan, assembly } = this.#options;
    for (const { zone } of plan.applications.flatMap((application) => application.dns)) {
      this.#aws.route53.defineZone(zone.hostedZoneId, zone.name);
    }
    defineRoutingControls(plan, this.#aws.recoveryCluster);
    deploy(assembly, { kernel: this.#kernel, accountId: rehearsalAccountId, providers: this.#aws.providers });
    if (this.#options.definitionsChecked !== true) await this.#aws.sfn.checkDefinitions();
    const { world, internet } = this.#aws;
    world.onCall((entry) => this.#onCall(entry));
    internet.onCall((entry) => this.#onCall(entry));
    const clientNames = new Set(plan.applications.flatMap(({ dns }) => dns.map(({ name }) => name)));
    this.#aws.route53.onHealthTransition(({ atMs, healthy, names }) => {
      // Checks that no client's name hangs on are signals and move no traffic.
      if (atMs < this.#faultMs || !names.some((name) => clientNames.has(name))) return;
      const label = healthy ? 'health check turned healthy' : 'health check turned unhealthy';
      this.#chronicle.note({ lane: 'traffic', label, fromMs: atMs });
      if (healthy) this.#chronicle.mark(label, atMs);
    });
  }

  async warmUp(): Promise<void> {
    this.#progress('warm-up');
    const { plan } = this.#options;
    const startMs = this.#kernel.nowMs;
    await this.#runUntil(startMs + clientsStartSeconds * 1000);
    assertWell(plan, this.#clusters);
    this.#model.learn(plan.regions.active);
    this.#clients.start();
    this.#staleClients.start();
    this.#tick();
    this.#applyFaults();
    await this.#runUntil(this.#faultMs - 1);
  }

  async disaster(): Promise<void> {
    const { scenario } = this.#options;
    this.#reckoning.beforeFault();
    attend(scenario.humans ?? [], {
      ...this.#aws,
      kernel: this.#kernel,
      plan: this.#options.plan,
      accountId: rehearsalAccountId,
      faultMs: this.#faultMs,
      onAnswer: (label, fromMs) => this.#chronicle.note({ lane: 'people', label, fromMs }),
    });
    const lastMs = this.#faultMs + scenario.durationSeconds * 1000;
    while (this.#kernel.nowMs < lastMs && !this.#decided()) {
      await this.#runUntil(Math.min(lastMs, this.#kernel.nowMs + tickSeconds * 1000));
    }
    this.#rules.onEnd(this.#reckoning.recoveries(this.#kernel.nowMs - clientTimeoutMs));
  }

  measure(): Rehearsal {
    const endMs = this.#kernel.nowMs - clientTimeoutMs;
    const invariants = { checked: this.#rules.checked, broken: this.#rules.broken };
    const kinds = new Set(this.#clusters.flatMap(({ cluster }) => cluster.assumedKinds));
    return {
      ...this.#reckoning.measure(endMs, invariants, this.#counter.counts),
      journal: this.#evidence.journal(),
      notifications: this.#chronicle.notifications,
      troubledCalls: this.#troubledCalls.troubled,
      assumptions: [
        ...assumptionsOf(this.#options.plan, this.#options.objects),
        ...[...kinds].map((kind) => `the definition of ${kind} is installed`),
      ],
    };
  }

  #applyFaults(): void {
    applyFaults(this.#options.scenario.faults, this.#faultMs, {
      kernel: this.#kernel,
      plan: this.#options.plan,
      world: this.#aws.world,
      eks: this.#aws.eks,
      eventbridge: this.#aws.eventbridge,
      health: this.#aws.health,
      lambda: this.#aws.lambda,
      rds: this.#aws.rds,
      sfn: this.#aws.sfn,
      gray: this.#gray,
      clusters: this.#clusters,
      accountId: rehearsalAccountId,
      onFault: (label, fromMs, toMs) => {
        this.#progress(label);
        this.#chronicle.note({ lane: 'fault', label, fromMs, ...(toMs !== undefined && { toMs }) });
      },
    });
  }

  /** Ended early: everything that can still change has been seen. */
  #decided(): boolean {
    const { scenario, plan } = this.#options;
    const nowMs = this.#kernel.nowMs;
    const sinceFaultSeconds = (nowMs - this.#faultMs) / 1000;
    const lastFaultSeconds = Math.max(
      ...scenario.faults.map((fault) => fault.atSeconds + ('forSeconds' in fault ? (fault.forSeconds ?? 0) : 0)),
    );
    if (sinceFaultSeconds < lastFaultSeconds) return false;
    const executions = this.#aws.sfn.executions().filter((one) => one.startedMs >= this.#faultMs);
    if (executions.some((one) => one.status === 'RUNNING' && !one.frozen)) return false;
    const { confirmationSeconds, missingAfterSeconds, degradation } = plan.detection;
    if (executions.length === 0) {
      // Nobody started anything: wait as long as somebody still could.
      const isDegraded = scenario.faults.some(({ kind }) => kind === 'degraded');
      const believedSeconds = confirmationSeconds + (isDegraded ? (degradation?.forSeconds ?? 0) : 0);
      const couldStart = believedSeconds + missingAfterSeconds + plan.authority.leaseSeconds + settleSeconds;
      return sinceFaultSeconds > lastFaultSeconds + couldStart && this.#isTakenBack();
    }
    const endedMs = Math.max(...executions.map((one) => one.endedMs ?? nowMs));
    if (nowMs < endedMs + settleSeconds * 1000) return false;
    const moved = executions.some((one) => one.status === 'SUCCEEDED');
    // Who aborts a failover wants the estate back as it was.
    if (!moved) return !(scenario.humans ?? []).some(({ action }) => action === 'abort') || this.#isTakenBack();
    const back = this.#reckoning.everybodyBack(nowMs - clientTimeoutMs);
    return back || nowMs > endedMs + (patienceSeconds + recoveryWindowSeconds) * 1000;
  }

  /** What was pre-warmed for an incident that is over takes its time to go: an update, a drain, a terminated node. */
  #isTakenBack(): boolean {
    const { nowMs } = this.#kernel;
    if (this.#evidence.isPrewarmed() && this.#evidence.openIncidents().length === 0) this.#prewarmSeenMs = nowMs;
    return nowMs >= this.#prewarmSeenMs + takeBackSeconds * 1000;
  }

  #tick(): void {
    this.#rules.onTick();
    this.#kernel.after(tickSeconds * 1000, 'rules', () => this.#tick());
  }

  /** Interruptions are heard between stretches of virtual time. */
  async #runUntil(untilMs: number): Promise<void> {
    while (this.#kernel.nowMs < untilMs) {
      await this.#kernel.run(Math.min(untilMs, this.#kernel.nowMs + tickSeconds * 1000));
      // The kernel yields for handlers only; timers and signals of the process need a turn as well.
      await new Promise((resolve) => setImmediate(resolve));
      this.#options.signal?.throwIfAborted();
    }
  }

  #onCall(entry: TraceEntry): void {
    this.#counter.onCall(entry);
    this.#troubledCalls.onCall(entry);
    this.#options.onCall?.(entry);
    this.#rules.onCall(entry);
    this.#troubles.onCall(entry);
    this.#chronicle.onCall(entry);
  }

  #progress(step: string): void {
    this.#options.onProgress?.(step, (this.#kernel.nowMs - this.#faultMs) / 1000);
  }

  /** Where the traffic belongs: the region that took over serves once it says so. */
  #activeRegion(): string {
    const { active, standby } = this.#options.plan.regions;
    const authority = this.#evidence.authority();
    if (authority === undefined) return active;
    if (authority.phase === 'serving') return authority.activeRegion;
    return authority.activeRegion === active ? standby : active;
  }

  #buildClusters(): readonly EstateCluster[] {
    const { plan, objects } = this.#options;
    const { eks, internet, sessions } = this.#aws;
    const parts = { kernel: this.#kernel, eks, sessions, onCall: (entry: TraceEntry) => this.#onCall(entry) };
    return buildClusters({
      kernel: this.#kernel,
      plan,
      accountId: rehearsalAccountId,
      eks,
      objects,
      serveApi: (_hostName, cluster, eksName) => new ApiServerHost(cluster, eksName, parts),
      registerHost: (hostName, host) => internet.registerHost(hostName, host),
    });
  }

  /** Every host that the plan's names and probes lead to, each in the region that it is named for. */
  #registerLoadBalancers(
    plan: Plan,
    dataStores: ReturnType<typeof dataStoresOf>,
    onServed: (application: string, region: string) => void,
  ): void {
    for (const region of [plan.regions.active, plan.regions.standby]) {
      const balancer = new LoadBalancer({
        kernel: this.#kernel,
        plan,
        region,
        model: this.#model,
        gray: this.#gray,
        dataStores,
        onServed,
      });
      const targets = plan.applications.flatMap(({ dns }) => dns.flatMap((one) => one.targets[region] ?? []));
      const probed = (plan.detection.probe.urls[region] ?? []).map((url) => new URL(url).hostname);
      const own = new Set(plan.applications.flatMap(({ dns }) => dns.map((one) => one.name)));
      for (const host of new Set([...targets, ...probed])) {
        if (!own.has(host)) this.#aws.internet.registerHost(host, balancer);
      }
    }
  }
}

function viewsOf(
  clusters: readonly EstateCluster[],
  aws: SimulatedAws,
): ReadonlyMap<string, ReadonlyMap<string, ClusterView>> {
  const views = new Map<string, Map<string, ClusterView>>();
  for (const { region, name, cluster } of clusters) {
    const inRegion = views.get(region) ?? new Map<string, ClusterView>();
    views.set(region, inRegion);
    inRegion.set(name, {
      up: () => aws.world.weather.regionUp(region),
      readyEndpoints: (namespace: string, service: string) => cluster.readyEndpoints(namespace, service),
      objects: (kind: string, namespace?: string) => cluster.objects(kind, namespace),
    });
  }
  return views;
}
