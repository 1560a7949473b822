/** A write that a store acknowledged. */
export interface AcknowledgedWrite {
  readonly sequence: number;
  readonly region: string;
  readonly atMs: number;
}

/** The database behind a store that a failover promotes. */
export interface PromotedDatabase {
  takesWrites(region: string): boolean;
  /** Writes acknowledged before `atMs` have reached the other region up to this time. */
  reachedUntilMs(atMs: number): number;
}

export interface DataStoreOptions {
  readonly name: string;
  readonly application: string;
  readonly lagSeconds: number | undefined;
  readonly homeRegion: string;
  readonly database?: PromotedDatabase;
}

/**
 * One data store of an application in both regions. What a region acknowledges reaches the other one after the lag if
 * something replicates it; what was on its way when the region went dark is missing until the region comes back.
 */
export class SimulatedDataStore {
  readonly name: string;
  readonly application: string;
  /** Undefined: nothing replicates it, and the data exists in its home region only. */
  readonly lagSeconds: number | undefined;
  readonly #homeRegion: string;
  readonly #database: PromotedDatabase | undefined;
  readonly #writes: AcknowledgedWrite[] = [];
  readonly #listeners: ((write: AcknowledgedWrite) => void)[] = [];

  constructor(options: DataStoreOptions) {
    this.name = options.name;
    this.application = options.application;
    this.lagSeconds = options.lagSeconds;
    this.#homeRegion = options.homeRegion;
    this.#database = options.database;
  }

  /** Can an application in this region work with the data? */
  existsIn(region: string): boolean {
    return this.lagSeconds !== undefined || region === this.#homeRegion;
  }

  /** Why a write in this region would be refused; undefined if it would be acknowledged. */
  refusal(region: string): string | undefined {
    if (this.#database === undefined || this.#database.takesWrites(region)) return undefined;
    return `${this.name} takes no writes in ${region}`;
  }

  onAcknowledged(listener: (write: AcknowledgedWrite) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * The writes of a normal day before the rehearsal's own clients start: without them nothing could be missing that is
   * older than the rehearsal, however far the copy is behind.
   */
  acknowledgeHistory(untilMs: number, everyMs: number): void {
    const fromMs = untilMs - (this.lagSeconds ?? 0) * 1000;
    for (let atMs = fromMs; atMs < untilMs; atMs += everyMs) {
      this.#writes.push({ sequence: this.#writes.length + 1, region: this.#homeRegion, atMs });
    }
  }

  acknowledge(region: string, atMs: number): void {
    const write = { sequence: this.#writes.length + 1, region, atMs };
    this.#writes.push(write);
    for (const listener of this.#listeners) listener(write);
  }

  /**
   * The same for a region that was left alive, at its last write. What goes on replicating loses nothing; a promotion
   * leaves behind what had not arrived when the old writer was fenced.
   */
  lossWhenLeft(region: string): number {
    const last = this.#writes.findLast((write) => write.region === region);
    return this.#database === undefined || last === undefined ? 0 : this.lossSeconds(region, last.atMs);
  }

  /**
   * Age at `darkAtMs`, in seconds, of the oldest write acknowledged in the region before that hadn't reached the other
   * one; 0 if there is none.
   */
  lossSeconds(darkRegion: string, darkAtMs: number): number {
    const lagMs = this.lagSeconds === undefined ? Number.POSITIVE_INFINITY : this.lagSeconds * 1000;
    const reachedMs = this.#database?.reachedUntilMs(darkAtMs) ?? darkAtMs - lagMs;
    const oldest = this.#writes.find(
      (write) => write.region === darkRegion && write.atMs <= darkAtMs && write.atMs > reachedMs,
    );
    return oldest === undefined ? 0 : (darkAtMs - oldest.atMs) / 1000;
  }
}
