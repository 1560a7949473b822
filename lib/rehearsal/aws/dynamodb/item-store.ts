import { compareKeys, type TableSchema } from './table-schema.ts';
import { type AttributeValue, type Item, setKey } from './values.ts';

/** A version of an item as it was committed. Stored items are never changed in place. */
export interface StoredItem {
  readonly item: Item;
  readonly writtenAtMs: number;
  readonly writtenIn: string;
  /** When TTL will have deleted it. */
  readonly deletedAtMs?: number;
}

interface Partition {
  readonly items: Map<string, StoredItem>;
  /** In order of the sort key; undefined after a change. */
  sorted: StoredItem[] | undefined;
}

/** The items of a table by partition and sort key. */
export class ItemStore {
  readonly #schema: TableSchema;
  readonly #partitions = new Map<string, Partition>();

  constructor(schema: TableSchema) {
    this.#schema = schema;
  }

  get(key: Readonly<Item>): StoredItem | undefined {
    return this.#partition(key)?.items.get(this.#sortText(key));
  }

  set(key: Readonly<Item>, stored: StoredItem): void {
    const text = setKey(key[this.#schema.partitionKey.name]!);
    let partition = this.#partitions.get(text);
    if (partition === undefined) {
      partition = { items: new Map(), sorted: undefined };
      this.#partitions.set(text, partition);
    }
    partition.items.set(this.#sortText(key), stored);
    partition.sorted = undefined;
  }

  delete(key: Readonly<Item>): void {
    const partition = this.#partition(key);
    if (partition?.items.delete(this.#sortText(key)) !== true) return;
    partition.sorted = undefined;
  }

  /** The items of one partition in order of the sort key. */
  partition(partitionKey: AttributeValue): readonly StoredItem[] {
    const partition = this.#partitions.get(setKey(partitionKey));
    return partition === undefined ? [] : this.#sorted(partition);
  }

  /** Every item, in the order of `compareKeys`. */
  all(): readonly StoredItem[] {
    const partitions = [...this.#partitions].sort(([a], [b]) => (a < b ? -1 : 1));
    return partitions.flatMap(([, partition]) => this.#sorted(partition));
  }

  #sorted(partition: Partition): StoredItem[] {
    partition.sorted ??= [...partition.items.values()].sort((a, b) => compareKeys(a.item, b.item, this.#schema));
    return partition.sorted;
  }

  #partition(key: Readonly<Item>): Partition | undefined {
    return this.#partitions.get(setKey(key[this.#schema.partitionKey.name]!));
  }

  #sortText(key: Readonly<Item>): string {
    return this.#schema.sortKey === undefined ? '' : setKey(key[this.#schema.sortKey.name]!);
  }
}
