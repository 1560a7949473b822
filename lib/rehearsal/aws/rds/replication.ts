import type { Kernel } from '../../kernel/kernel.ts';
import type { RandomStream } from '../../kernel/random-stream.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import type { Weather } from '../service.ts';
import type { DbCluster } from './global-database.ts';

/** "Latency typically under a second" (Aurora user guide, "Overview of Amazon Aurora global databases"). */
const usualLagMs = { from: 80, to: 800 };
/**
 * How often the copy measures how far it is behind. CloudWatch gets a value a minute of AWS/RDS; that the value holds
 * several measurements, and those of a minute that a disaster cut short, is unverified (rds.measured-lag).
 */
const measuredEveryMs = 10_000;

export interface ReplicationOptions {
  readonly kernel: Kernel;
  readonly weather: Weather;
  readonly metrics: MetricSink;
  readonly random: RandomStream;
  readonly from: DbCluster;
  readonly to: DbCluster;
}

/** The asynchronous way of a global database's writes to the other region. */
export class Replication {
  readonly #options: ReplicationOptions;
  #lagMs: number;
  /** Writes up to then are in the other region; undefined while they keep flowing. */
  #stoppedAtMs: number | undefined;

  constructor(options: ReplicationOptions) {
    this.#options = options;
    this.#lagMs = this.#usual();
    this.#measureLater();
  }

  /** Of the writes that were acknowledged before `atMs`, those up to this time have reached the other region. */
  reachedUntilMs(atMs: number): number {
    return this.#stoppedAtMs ?? atMs - this.#lagMs;
  }

  /** Nothing gets across any more: the lag grows by a second a second. */
  stop(): void {
    this.#stoppedAtMs ??= this.#options.kernel.nowMs - this.#lagMs;
  }

  #measureLater(): void {
    const { kernel } = this.#options;
    kernel.after(measuredEveryMs, 'replication is measured', () => {
      this.#measure();
      this.#measureLater();
    });
  }

  #measure(): void {
    const { kernel, weather, metrics, from, to } = this.#options;
    // A writer that is gone or can't be heard measures nothing; what it sent last stays what has arrived.
    if (!weather.reachable(from.region, to.region)) return;
    if (this.#stoppedAtMs === undefined) this.#lagMs = this.#usual();
    const lagMs = this.#stoppedAtMs === undefined ? this.#lagMs : kernel.nowMs - this.#stoppedAtMs;
    metrics.record(to.region, 'AWS/RDS', 'AuroraGlobalDBRPOLag', { DBClusterIdentifier: to.identifier }, lagMs);
  }

  #usual(): number {
    return this.#options.random.between(usualLagMs.from, usualLagMs.to);
  }
}
