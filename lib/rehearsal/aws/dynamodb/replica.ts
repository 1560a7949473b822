import type { Kernel } from '../../kernel/kernel.ts';
import { AwsServiceError, type Weather } from '../service.ts';
import { ItemStore, type StoredItem } from './item-store.ts';
import { keyOf, type TableSchema } from './table-schema.ts';
import type { TableStream } from './table-stream.ts';
import type { Item } from './values.ts';

/** A customer managed key as DynamoDB knows it. */
export interface TableKey {
  readonly keyArn: string;
  readonly aliases: () => readonly string[];
}

export interface TableOptions {
  readonly schema: TableSchema;
  readonly ttlAttribute?: string;
  /** Regions that hold the items. */
  readonly replicaRegions: readonly string[];
  /** Gets every change; only of tables of one region. */
  readonly stream?: TableStream;
  /** A third region that takes part in decisions and holds nothing that can be read. */
  readonly witnessRegion?: string;
}

/** TTL deletes within a few days, never before. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
const ttlDelayLimitMs = 48 * 3_600_000;
/** Items whose time lies more than five years back are left alone. Same source. */
const ttlAgeLimitMs = 5 * 365 * 86_400_000;
/**
 * How long a write is under way between the regions: a write to the same item from another region within it conflicts.
 * Unverified (dynamodb.replication-time): AWS publishes no figure; one round trip between regions of a set.
 */
const replicationMs = 20;

/**
 * The items of a table: of one region, or of a global table with multi-region strong consistency, whose writes and
 * strong reads are decisions of a majority of its three regions.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrsc
 */
export class ReplicatedTable {
  readonly schema: TableSchema;
  readonly options: TableOptions;
  readonly #kernel: Kernel;
  readonly #weather: Weather;
  readonly #committed: ItemStore;
  /** By region that was cut off when a write was committed: the version it still has, by key text. */
  readonly #behind = new Map<string, Map<string, StoredItem | undefined>>();

  constructor(kernel: Kernel, weather: Weather, options: TableOptions) {
    this.#kernel = kernel;
    this.#weather = weather;
    this.options = options;
    this.schema = options.schema;
    this.#committed = new ItemStore(options.schema);
    for (const region of options.replicaRegions) this.#behind.set(region, new Map());
  }

  get strong(): boolean {
    return this.options.replicaRegions.length > 1;
  }

  /** Latest version; in a strong global table by majority, so that it fails where none is in reach. */
  readStrong(region: string, key: Readonly<Item>): Item | undefined {
    this.#demandMajority(region);
    return this.#alive(this.#committed.get(key))?.item;
  }

  /** What this region has: older than the latest while it is cut off. */
  readEventual(region: string, key: Readonly<Item>): Item | undefined {
    return this.#alive(this.#seenFrom(region, key, this.#committed.get(key)))?.item;
  }

  partition(region: string, consistent: boolean, partitionKey: Item[string]): Item[] {
    return this.#select(region, consistent, this.#committed.partition(partitionKey));
  }

  all(region: string, consistent: boolean): Item[] {
    return this.#select(region, consistent, this.#committed.all());
  }

  /** Commits a new version (undefined: the item is deleted). */
  commit(region: string, key: Readonly<Item>, item: Item | undefined): void {
    const before = this.#committed.get(key);
    this.#demandMajority(region);
    this.#refuseConflict(region, before);
    for (const [replica, behind] of this.#behind) {
      const text = JSON.stringify(keyOf(key, this.schema));
      if (replica !== region && !this.#connected(region, replica) && !behind.has(text)) behind.set(text, before);
    }
    if (item === undefined) this.#committed.delete(key);
    else this.#committed.set(key, this.#version(region, item));
    this.options.stream?.append(before?.item, item);
  }

  #version(region: string, item: Item): StoredItem {
    const stored = { item, writtenAtMs: this.#kernel.nowMs, writtenIn: region };
    const deletedAtMs = this.#deletionTime(item);
    return deletedAtMs === undefined ? stored : { ...stored, deletedAtMs };
  }

  #deletionTime(item: Item): number | undefined {
    const { ttlAttribute } = this.options;
    const seconds = ttlAttribute === undefined ? undefined : item[ttlAttribute]?.N;
    if (seconds === undefined) return undefined;
    const expiresAtMs = Number(seconds) * 1000;
    if (expiresAtMs < this.#kernel.nowMs - ttlAgeLimitMs) return undefined;
    const dueMs = Math.max(expiresAtMs, this.#kernel.nowMs);
    return dueMs + this.#kernel.random('dynamodb-ttl').integer(1, ttlDelayLimitMs);
  }

  #select(region: string, consistent: boolean, stored: readonly StoredItem[]): Item[] {
    if (consistent) this.#demandMajority(region);
    const items: Item[] = [];
    for (const version of stored) {
      const seen = consistent ? version : this.#seenFrom(region, keyOf(version.item, this.schema), version);
      const alive = this.#alive(seen);
      if (alive !== undefined) items.push(alive.item);
    }
    return items;
  }

  #alive(stored: StoredItem | undefined): StoredItem | undefined {
    return stored?.deletedAtMs !== undefined && stored.deletedAtMs <= this.#kernel.nowMs ? undefined : stored;
  }

  #seenFrom(region: string, key: Readonly<Item>, latest: StoredItem | undefined): StoredItem | undefined {
    const behind = this.#behind.get(region);
    if (behind === undefined || behind.size === 0) return latest;
    if (this.#hasMajority(region)) {
      behind.clear();
      return latest;
    }
    const text = JSON.stringify(keyOf(key, this.schema));
    return behind.has(text) ? behind.get(text) : latest;
  }

  #refuseConflict(region: string, before: StoredItem | undefined): void {
    if (!this.strong || before === undefined || before.writtenIn === region) return;
    if (this.#kernel.nowMs - before.writtenAtMs >= replicationMs) return;
    throw new AwsServiceError(
      'ReplicatedWriteConflictException',
      'One or more items in this request are being modified by a request in another Region.',
    );
  }

  #demandMajority(region: string): void {
    if (this.#hasMajority(region)) return;
    throw new AwsServiceError('InternalServerError', 'Internal server error', 500);
  }

  #hasMajority(region: string): boolean {
    if (!this.strong) return true;
    const { replicaRegions, witnessRegion } = this.options;
    const members = witnessRegion === undefined ? replicaRegions : [...replicaRegions, witnessRegion];
    const inReach = members.filter((member) => member === region || this.#connected(region, member)).length;
    return inReach * 2 > members.length;
  }

  #connected(from: string, to: string): boolean {
    const weather = this.#weather;
    return (
      weather.regionUp(to) &&
      weather.serviceUp(to, 'dynamodb') &&
      weather.reachable(from, to) &&
      weather.reachable(to, from)
    );
  }
}
