import {
  authorityTableName,
  capturesTableName,
  coordinationTableName,
  failoverStateMachineName,
  journalTableName,
  prewarmNamespace,
} from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import type { EstateCluster } from './estate/clusters.ts';
import { belongsTo } from './estate/ownership.ts';
import { clusterFacts } from './estate-facts.ts';
import type { AuthorityState, Evidence, JournalFact, SaidIssue } from './invariants/invariant.ts';
import { journalFact, journalLine } from './journal-fact.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { JournalLine } from './report/journal-section.ts';
import type { SimulatedAws } from './simulated-aws.ts';

export interface WorldEvidenceOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly aws: SimulatedAws;
  readonly clusters: readonly EstateCluster[];
}

type Item = ReturnType<SimulatedAws['dynamodb']['itemsOf']>[number];

/** Looks into the world's tables, name servers and clusters without being seen by it. */
export class WorldEvidence implements Evidence {
  readonly plan: Plan;
  readonly #options: WorldEvidenceOptions;
  readonly #authorityHome: string;
  readonly #upSinceMs = new Map<string, number>();

  constructor(options: WorldEvidenceOptions) {
    this.#options = options;
    this.plan = options.plan;
    // Both replicas of a strong table agree, and the standby's outlives the disaster; a regional one is the standby's.
    this.#authorityHome = options.plan.regions.standby;
    const { kernel, aws } = options;
    aws.world.weather.onRegionUp((region) => this.#upSinceMs.set(region, kernel.nowMs));
  }

  nowMs(): number {
    return this.#options.kernel.nowMs;
  }

  upSinceMs(region: string): number | undefined {
    if (!this.#options.aws.world.weather.regionUp(region)) return undefined;
    return this.#upSinceMs.get(region) ?? Number.NEGATIVE_INFINITY;
  }

  authority(): AuthorityState | undefined {
    const { aws, plan } = this.#options;
    const item = aws.dynamodb
      .itemsOf(this.#authorityHome, authorityTableName(plan))
      .find((one) => textOf(one, 'estate') === plan.estate);
    if (item === undefined) return undefined;
    return {
      epoch: numberOf(item, 'epoch') ?? 0,
      activeRegion: textOf(item, 'activeRegion') ?? '',
      phase: textOf(item, 'phase') ?? '',
      leaseExpiresAtMs: numberOf(item, 'leaseExpiresAt') ?? 0,
      claimedBy: textOf(item, 'claimedBy') ?? '',
    };
  }

  answers(dnsName: string): readonly string[] {
    const { route53 } = this.#options.aws;
    const serverAddress = route53.serversFor(dnsName)?.[0] ?? '';
    const answer = route53.ask({ serverAddress, name: dnsName, type: 'A', from: 'evidence' });
    return answer?.kind === 'records' ? answer.values : [];
  }

  capacity(region: string): { readonly replicas: number; readonly nodes: number } {
    let replicas = 0;
    let nodes = 0;
    for (const { cluster } of this.#options.clusters.filter((one) => one.region === region)) {
      nodes += cluster.objects('Node').length;
      for (const { metadata, spec } of cluster.objects('Deployment')) {
        // Placeholders hold room for what comes; they are none of what is there.
        if (metadata.namespace !== prewarmNamespace) replicas += spec.replicas ?? 1;
      }
      for (const { spec } of cluster.objects('StatefulSet')) replicas += spec.replicas ?? 1;
    }
    return { replicas, nodes };
  }

  oldWriterFenced(globalCluster: string): boolean {
    const { aws, plan } = this.#options;
    return aws.rds.globalDatabase(globalCluster)?.isFenced(plan.regions.active) ?? false;
  }

  runningExecutions(): ReturnType<Evidence['runningExecutions']> {
    return this.#options.aws.sfn
      .executions()
      .filter((one) => one.status === 'RUNNING' && !one.frozen)
      .map(({ name, startedMs, machine }) => ({
        name,
        startedAtMs: startedMs,
        timeoutSeconds: machine.definition.timeoutSeconds ?? Number.POSITIVE_INFINITY,
      }));
  }

  workloads(region: string, application: string): ReturnType<Evidence['workloads']> {
    const owner = this.plan.applications.find(({ name }) => name === application);
    if (owner === undefined) return [];
    const clusters = this.#options.clusters.filter((one) => one.region === region && one.name === owner.cluster);
    return clusters.flatMap(({ cluster }) =>
      [...cluster.objects('Deployment'), ...cluster.objects('StatefulSet')]
        .filter((object) => belongsTo(owner, object))
        .map(({ kind, metadata, spec, status }) => ({
          name: `${kind} ${metadata.namespace}/${metadata.name}`,
          replicas: spec.replicas ?? 1,
          ready: status?.readyReplicas ?? 0,
        })),
    );
  }

  estateFacts(): ReadonlyMap<string, string> {
    const authority = this.authority();
    const own = [
      ['authority', `epoch ${authority?.epoch}, ${authority?.activeRegion} ${authority?.phase}`],
      [
        'locks',
        this.locks()
          .map(({ owner }) => owner)
          .join(),
      ],
      ...this.#coordinationOf('prewarm').map((item) => [`prewarm record ${textOf(item, 'sk')}`, 'there']),
      ...this.plan.applications
        .flatMap(({ dns }) => dns)
        .map(({ name }) => [`answer for ${name}`, this.answers(name).toSorted().join()]),
    ] as [string, string][];
    return new Map([...own, ...this.#options.clusters.flatMap((cluster) => [...clusterFacts(cluster)])]);
  }

  openIncidents(): readonly string[] {
    const { active, standby } = this.plan.regions;
    return [active, standby]
      .flatMap((region) => this.#coordinationOf(`incident#${region}`))
      .filter((item) => textOf(item, 'phase') !== 'closed')
      .map((item) => textOf(item, 'incidentId') ?? '');
  }

  /** Is there anything left that take-back-prewarm has to undo? */
  isPrewarmed(): boolean {
    return this.#coordinationOf('prewarm').length > 0;
  }

  #coordinationOf(partition: string): readonly Item[] {
    const { aws, plan } = this.#options;
    const { active, standby } = plan.regions;
    return [active, standby]
      .filter((region) => aws.world.weather.regionUp(region))
      .flatMap((region) => aws.dynamodb.itemsOf(region, coordinationTableName(plan)))
      .filter((item) => textOf(item, 'pk') === partition);
  }

  locks(): ReturnType<Evidence['locks']> {
    return this.#coordinationOf('lock').map((item) => ({
      owner: textOf(item, 'executionArn') ?? '',
      expiresAtMs: numberOf(item, 'expiresAtMs') ?? 0,
    }));
  }

  /** What the functions wrote down, in the order of its writing, from every region that can still be read. */
  journal(): readonly JournalLine[] {
    const { aws, plan } = this.#options;
    const { active, standby } = plan.regions;
    return [active, standby]
      .filter((region) => aws.world.weather.regionUp(region))
      .flatMap((region) =>
        aws.dynamodb.itemsOf(region, journalTableName(plan)).map((item) => journalLine(item, region)),
      )
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.sequence - b.sequence));
  }

  journalFacts(): readonly JournalFact[] {
    const { aws, plan } = this.#options;
    return [plan.regions.active, plan.regions.standby].flatMap((region) =>
      aws.dynamodb.itemsOf(region, journalTableName(plan)).map((item) => journalFact(item, region)),
    );
  }

  endedExecutions(): readonly string[] {
    const { aws, plan } = this.#options;
    return aws.sfn
      .executions()
      .filter(({ machine }) => machine.name === failoverStateMachineName(plan))
      .filter(({ status, machine }) => status !== 'RUNNING' && aws.world.weather.regionUp(machine.region))
      .map(({ arn }) => arn);
  }

  healthIssues(): readonly SaidIssue[] {
    return this.#options.aws.health.issues;
  }

  isIssuedSecret(value: string): boolean {
    return this.#options.aws.sessions.isSecret(value);
  }

  /** When the standby region last heard what runs in the active one; undefined if never. */
  platformCapturedAtMs(): number | undefined {
    const { aws, plan } = this.#options;
    const summary = aws.dynamodb
      .itemsOf(plan.regions.standby, capturesTableName(plan))
      .find((item) => textOf(item, 'application') === 'platform' && textOf(item, 'item') === 'summary');
    return summary === undefined ? undefined : numberOf(summary, 'capturedAtMs');
  }
}

function textOf(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

function numberOf(item: Item, name: string): number | undefined {
  const number = item[name]?.N;
  return number === undefined ? undefined : Number(number);
}
