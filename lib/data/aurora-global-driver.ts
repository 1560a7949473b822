import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeDBClustersCommand,
  FailoverGlobalClusterCommand,
  type GlobalCluster,
  type GlobalClusterMember,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { AuroraGlobalStore } from '../plan/plan.ts';
import type { DataStoreDriver, FenceFinding, Lag, Promotion, PromotionMode, Reseed } from './data-store-driver.ts';
import type { GlobalClusters } from './global-clusters.ts';

export interface AuroraGlobalOptions {
  /** Both of the region that is being activated: its clusters are asked, never the other region's. */
  readonly rds: Pick<RDSClient, 'send'>;
  /** By the same client; shared by all drivers of a region. */
  readonly globalClusters: Pick<GlobalClusters, 'find'>;
  readonly metrics: Pick<CloudWatchClient, 'send'>;
  readonly store: AuroraGlobalStore;
  readonly region: string;
  readonly peerRegion: string;
  readonly nowMs: () => number;
}

/** AWS/RDS metrics have one value a minute. */
const periodSeconds = 60;
/** Older measurements say nothing of a disaster. Ours: longer than any minute is late in CloudWatch. */
const oldestMeasurementSeconds = 900;
/** What RDS answers where the cluster isn't in a state for it; asked again later it may be. */
const stateFaults = new Set(['InvalidGlobalClusterStateFault', 'InvalidDBClusterStateFault']);
const absenceFaults = new Set(['GlobalClusterNotFoundFault', 'DBClusterNotFoundFault']);

/**
 * An Aurora global database by managed failover. What Aurora does, by its user guide ("Performing managed failovers for
 * Aurora global databases"): FailoverGlobalCluster with AllowDataLoss is asked in the region of the cluster that is to
 * be the primary; that cluster promotes one of its instances "within a few minutes"; Aurora tries to halt writes in the
 * old region ("write fencing"), as a best effort that may fail; when the old region is healthy again it comes back as a
 * secondary on a new volume, after a snapshot `rds:unplanned-global-failover-…` of what the old one held. The global
 * writer endpoint follows, so applications connect to the same name.
 */
export class AuroraGlobalDriver implements DataStoreDriver {
  readonly #options: AuroraGlobalOptions;

  constructor(options: AuroraGlobalOptions) {
    this.#options = options;
  }

  /** AuroraGlobalDBRPOLag in milliseconds, which only a secondary's region has (same chapter). */
  async lag(diedAtMs: number, signal: AbortSignal): Promise<Lag> {
    const { metrics, store, region, nowMs } = this.#options;
    const command = new GetMetricDataCommand({
      StartTime: new Date(diedAtMs - oldestMeasurementSeconds * 1000),
      EndTime: new Date(nowMs()),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          Id: 'lag',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/RDS',
              MetricName: 'AuroraGlobalDBRPOLag',
              Dimensions: [{ Name: 'DBClusterIdentifier', Value: store.clusters[region] }],
            },
            Period: periodSeconds,
            Stat: 'Maximum',
          },
        },
      ],
    });
    const { MetricDataResults = [] } = await metrics.send(command, { abortSignal: signal });
    const lagMs = MetricDataResults[0]?.Values?.[0];
    const measuredFrom = MetricDataResults[0]?.Timestamps?.[0];
    if (lagMs === undefined || measuredFrom === undefined) {
      return { seconds: null, reason: `its lag was not measured within ${oldestMeasurementSeconds / 60} minutes` };
    }
    // A dead writer measures no more: what it took after its last measured minute is not here either.
    const unmeasuredMs = Math.max(0, diedAtMs - (measuredFrom.getTime() + periodSeconds * 1000));
    return { seconds: (lagMs + unmeasuredMs) / 1000 };
  }

  async fence(signal: AbortSignal): Promise<FenceFinding> {
    const cluster = await this.#describe(signal);
    const { peerRegion } = this.#options;
    if (cluster === undefined) return { fence: 'unproved', detail: this.#absent() };
    const [mine, other] = [this.#here(cluster), this.#there(cluster)];
    if (mine?.IsWriter !== true) return { fence: 'unproved', detail: `the writer is in ${peerRegion}` };
    // Only what follows the new writer can't write: a cluster that left the global database may be a writer of its own.
    if (other?.IsWriter === false && other.SynchronizationStatus === 'connected') {
      return { fence: 'proved', detail: `the copy in ${peerRegion} follows the writer here` };
    }
    return { fence: 'unproved', detail: `the copy in ${peerRegion} does not follow the writer here yet` };
  }

  /** Aurora demotes by itself, with a promotion; there is no call for it. */
  demote(signal: AbortSignal): Promise<FenceFinding> {
    return this.fence(signal);
  }

  async verify(signal: AbortSignal): Promise<Promotion> {
    return this.#stateOf(await this.#describe(signal), signal);
  }

  async #stateOf(cluster: GlobalCluster | undefined, signal: AbortSignal): Promise<Promotion> {
    const { rds, store, region } = this.#options;
    if (cluster === undefined) return { state: 'failed', reason: this.#absent() };
    const mine = this.#here(cluster);
    if (mine === undefined) {
      return { state: 'failed', reason: `${store.clusters[region]} of ${region} is not in ${store.globalCluster}` };
    }
    // Empty unless an operation is scheduled or under way.
    const underWay = cluster.FailoverState?.Status;
    if (underWay !== undefined) return { state: 'waiting', detail: underWay };
    if (mine.IsWriter !== true) return { state: 'not-begun' };
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: mine.DBClusterArn });
    const status = (await rds.send(command, { abortSignal: signal })).DBClusters?.[0]?.Status;
    return status === 'available' ? { state: 'promoted' } : { state: 'waiting', detail: status ?? 'unknown' };
  }

  async promote(mode: PromotionMode, signal: AbortSignal): Promise<Promotion> {
    const { rds, store } = this.#options;
    const cluster = await this.#describe(signal);
    const before = await this.#stateOf(cluster, signal);
    if (before.state !== 'not-begun') return before;
    const command = new FailoverGlobalClusterCommand({
      GlobalClusterIdentifier: store.globalCluster,
      TargetDbClusterIdentifier: this.#here(cluster)?.DBClusterArn,
      ...(mode === 'failover' ? { AllowDataLoss: true } : { Switchover: true }),
    });
    try {
      const { GlobalCluster: begun } = await rds.send(command, { abortSignal: signal });
      return { state: 'waiting', detail: begun?.FailoverState?.Status ?? 'pending' };
    } catch (error) {
      if (!(error instanceof Error) || !(stateFaults.has(error.name) || absenceFaults.has(error.name))) throw error;
      // An answer that was lost, or somebody else: then it is under way by now.
      const now = await this.verify(signal);
      return now.state === 'not-begun' ? { state: 'failed', reason: `${error.name}: ${error.message}` } : now;
    }
  }

  async reseed(signal: AbortSignal): Promise<Reseed> {
    const { peerRegion } = this.#options;
    const cluster = await this.#describe(signal);
    const other = cluster === undefined ? undefined : this.#there(cluster);
    if (other === undefined) return { state: 'lost', reason: `${this.#options.store.globalCluster} has no copy there` };
    const { fence, detail } = await this.fence(signal);
    return fence === 'proved' ? { state: 'in-sync' } : { state: 'waiting', detail: `${peerRegion}: ${detail}` };
  }

  #describe(signal: AbortSignal): Promise<GlobalCluster | undefined> {
    return this.#options.globalClusters.find(this.#options.store.globalCluster, signal);
  }

  #here(cluster: GlobalCluster | undefined): GlobalClusterMember | undefined {
    return memberIn(cluster, this.#options.region, this.#options.store);
  }

  #there(cluster: GlobalCluster): GlobalClusterMember | undefined {
    return memberIn(cluster, this.#options.peerRegion, this.#options.store);
  }

  #absent(): string {
    return `there is no global cluster ${this.#options.store.globalCluster}`;
  }
}

/** By ARN: `arn:aws:rds:<region>:<account>:cluster:<identifier>`. */
function memberIn(
  cluster: GlobalCluster | undefined,
  region: string,
  store: AuroraGlobalStore,
): GlobalClusterMember | undefined {
  return cluster?.GlobalClusterMembers?.find(({ DBClusterArn = '' }) => {
    const parts = DBClusterArn.split(':');
    return parts[3] === region && parts[6] === store.clusters[region];
  });
}
