import type { Kernel } from '../../kernel/kernel.ts';
import type { RandomStream } from '../../kernel/random-stream.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import { AwsServiceError, type Weather } from '../service.ts';
import { Replication } from './replication.ts';

/** Milliseconds of a managed failover. */
export interface PromotionTimes {
  /** Until the clusters are verified: state `pending`. */
  readonly pendingMs: number;
  /** From the request until the new writer takes writes, the least; up to a tenth more. */
  readonly promotionMs: number;
}

/**
 * "Typically, the chosen secondary cluster assumes the primary role within a few minutes" (Aurora user guide,
 * "Performing managed failovers for Aurora global databases"); elsewhere AWS promises less than one, and Keycloak's team
 * measured eight (keycloak/keycloak-benchmark issue 445). 90 s and the split into phases are
 * unverified (rds.promotion-time).
 */
export const defaultPromotionTimes: PromotionTimes = { pendingMs: 3_000, promotionMs: 90_000 };

/** Until storage of a region that can be reached refuses the old writer: the best-effort write fencing. Unverified: rds.write-fencing. */
const writeFencingMs = 2_000;
/** A region that comes back may take writes "momentarily" before it is told (same chapter). The range is unverified: rds.rejoining-time. */
const rejoiningMs = { from: 5_000, to: 30_000 };
/** The rebuild takes "a few minutes to several hours" (same chapter): a small database. */
const rebuildMs = 300_000;
/** A promotion that is given up, and the state `cancelling` in between. Unverified: rds.given-up-promotion. */
const givenUpAfterMs = 20_000;
const cancellingMs = 5_000;

export interface DbCluster {
  readonly region: string;
  readonly identifier: string;
  readonly arn: string;
}

interface Member extends DbCluster {
  synchronization: 'connected' | 'pending-resync';
  /** Does its storage take writes? The old writer's does until it is fenced, whoever is the primary by then. */
  takesWrites: boolean;
}

type FailoverStatus = 'pending' | 'failing-over' | 'switching-over' | 'cancelling';

interface Move {
  status: FailoverStatus;
  readonly from: Member;
  readonly to: Member;
  readonly allowsDataLoss: boolean;
}

export interface GlobalDatabaseOptions {
  readonly kernel: Kernel;
  readonly weather: Weather;
  readonly metrics: MetricSink;
  readonly identifier: string;
  readonly arn: string;
  /** The writer first. */
  readonly clusters: readonly [DbCluster, DbCluster];
  readonly times?: PromotionTimes;
}

/** One Aurora global database of two regions: who writes, how far the copy is behind, and what a failover does. */
export class GlobalDatabase {
  readonly identifier: string;
  readonly replication: Replication;
  /** Snapshots of old writers' volumes, which hold what was lost. */
  readonly snapshots: string[] = [];
  readonly #options: GlobalDatabaseOptions;
  readonly #random: RandomStream;
  readonly #members: readonly [Member, Member];
  #writer: Member;
  #move: Move | undefined;
  #refusals = 0;

  constructor(options: GlobalDatabaseOptions) {
    this.#options = options;
    this.identifier = options.identifier;
    this.#random = options.kernel.random(`rds/${options.identifier}`);
    const [writer, reader] = options.clusters;
    this.#writer = { ...writer, synchronization: 'connected', takesWrites: true };
    this.#members = [this.#writer, { ...reader, synchronization: 'connected', takesWrites: false }];
    const { kernel, weather, metrics } = options;
    this.replication = new Replication({ kernel, weather, metrics, random: this.#random, from: writer, to: reader });
  }

  takesWrites(region: string): boolean {
    return this.#options.weather.regionUp(region) && this.#memberIn(region)?.takesWrites === true;
  }

  /** Does the storage in this region refuse writes, whether the region is up or not? */
  isFenced(region: string): boolean {
    return this.#memberIn(region)?.takesWrites !== true;
  }

  /** So many promotions are begun and given up from now on. */
  refusePromotions(times: number): void {
    this.#refusals = times;
  }

  cluster(
    region: string,
    identifierOrArn: string,
  ): { readonly cluster: DbCluster; readonly status: string } | undefined {
    const found = this.#members.find(
      (one) => one.region === region && [one.identifier, one.arn].includes(identifierOrArn),
    );
    return found && { cluster: found, status: this.#move?.to === found ? this.#statusOf(this.#move) : 'available' };
  }

  describe(): Record<string, unknown> {
    return {
      GlobalClusterIdentifier: this.identifier,
      GlobalClusterArn: this.#options.arn,
      Status: 'available',
      Engine: 'aurora-postgresql',
      GlobalClusterMembers: this.#members.map((one) => ({
        DBClusterArn: one.arn,
        Readers: one === this.#writer ? this.#members.filter((other) => other !== one).map(({ arn }) => arn) : [],
        IsWriter: one === this.#writer,
        SynchronizationStatus: one.synchronization,
      })),
      ...(this.#move && {
        FailoverState: {
          Status: this.#move.status,
          FromDbClusterArn: this.#move.from.arn,
          ToDbClusterArn: this.#move.to.arn,
          IsDataLossAllowed: this.#move.allowsDataLoss,
        },
      }),
    };
  }

  /** Asked in `region`; a failover is asked where the cluster that is to be the primary is (same chapter). */
  begin(region: string, target: string, allowsDataLoss: boolean): void {
    const to = this.#members.find(({ arn, identifier }) => arn === target || identifier === target);
    if (to === undefined || (allowsDataLoss && to.region !== region)) {
      throw new AwsServiceError('DBClusterNotFoundFault', `DBCluster ${target} not found.`, 404);
    }
    if (this.#move !== undefined) {
      const message = `Global cluster ${this.identifier} is in state ${this.#move.status}.`;
      throw new AwsServiceError('InvalidGlobalClusterStateFault', message);
    }
    if (to === this.#writer) {
      throw new AwsServiceError('InvalidDBClusterStateFault', `${to.identifier} is the primary cluster already.`);
    }
    const from = this.#writer;
    const { weather } = this.#options;
    if (!allowsDataLoss && !weather.reachable(from.region, to.region)) {
      const message = `Global cluster ${this.identifier} can't switch over: ${from.identifier} is not healthy.`;
      throw new AwsServiceError('InvalidGlobalClusterStateFault', message);
    }
    this.#run({ status: 'pending', from, to, allowsDataLoss });
  }

  #run(move: Move): void {
    const { kernel, weather, times = defaultPromotionTimes } = this.#options;
    this.#move = move;
    const promotionMs = Math.round(times.promotionMs * this.#random.between(1, 1.1));
    kernel.after(times.pendingMs, `${this.identifier} moves`, () => {
      move.status = move.allowsDataLoss ? 'failing-over' : 'switching-over';
      const reached = weather.reachable(move.to.region, move.from.region);
      if (reached) kernel.after(writeFencingMs, `${this.identifier} is fenced`, () => this.#fence(move.from));
    });
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      kernel.after(times.pendingMs + givenUpAfterMs, `${this.identifier} gives up`, () => this.#giveUp(move));
      return;
    }
    kernel.after(promotionMs, `${this.identifier} is promoted`, () => this.#promoted(move));
  }

  #giveUp(move: Move): void {
    const { kernel } = this.#options;
    move.status = 'cancelling';
    kernel.after(cancellingMs, `${this.identifier} is as before`, () => {
      move.from.takesWrites = true;
      this.#move = undefined;
    });
  }

  #promoted({ from, to, allowsDataLoss }: Move): void {
    if (!allowsDataLoss) this.#fence(from);
    this.#writer = to;
    to.takesWrites = true;
    from.synchronization = 'pending-resync';
    this.#move = undefined;
    this.#rejoinWhenBack(from);
  }

  /** Looks as Aurora "monitors the availability of the old primary Region", until that is healthy. */
  #rejoinWhenBack(old: Member): void {
    const { kernel, weather } = this.#options;
    if (this.#writer === old) return;
    if (!weather.reachable(this.#writer.region, old.region)) {
      kernel.after(10_000, `${this.identifier} looks for ${old.region}`, () => this.#rejoinWhenBack(old));
      return;
    }
    kernel.after(this.#random.between(rejoiningMs.from, rejoiningMs.to), `${old.identifier} rejoins`, () => {
      this.#fence(old);
      const stamp = new Date(kernel.nowMs).toISOString().slice(0, 16).replaceAll(':', '-');
      this.snapshots.push(`rds:unplanned-global-failover-${old.identifier}-${stamp}`);
      kernel.after(rebuildMs, `${old.identifier} is rebuilt`, () => {
        old.synchronization = 'connected';
      });
    });
  }

  #fence(member: Member): void {
    member.takesWrites = false;
  }

  #memberIn(region: string): Member | undefined {
    return this.#members.find((one) => one.region === region);
  }

  #statusOf({ status }: Move): string {
    return status === 'switching-over' ? 'switching-over' : 'failing-over';
  }
}
