import { isDeepStrictEqual } from 'node:util';
import type { Kernel } from '../../kernel/kernel.ts';
import { keyOf, type TableSchema } from './table-schema.ts';
import { type Item, itemSizeBytes, setKey } from './values.ts';

export const streamViewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type StreamViewType = (typeof streamViewTypes)[number];

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: Date;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamViewType;
  };
}

export interface TableStreamOptions {
  readonly kernel: Kernel;
  readonly arn: string;
  readonly region: string;
  readonly schema: TableSchema;
  readonly viewType: StreamViewType;
}

interface Entry {
  readonly record: StreamRecord;
  readonly readableAtMs: number;
}

/**
 * A shard is a partition of the table, and a new on-demand table takes 4000 writes a second at once, a partition 1000.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html (initial throughput)
 */
const shardCount = 4;
/** From the write until it can be read: AWS says «near-real time» and no figure. Unverified: dynamodb.stream-delay. */
const readableAfterMs = { from: 50, to: 500 };

/**
 * The stream of a table of one region: every change of an item once, items of one partition key in the order of their
 * writes, nothing for a write that changes nothing. Kept 24 hours, which is longer than any rehearsal.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export class TableStream {
  readonly arn: string;
  readonly shardIds: readonly string[];
  readonly #options: TableStreamOptions;
  readonly #shards: readonly Entry[][];
  readonly #listeners: ((shardId: string) => void)[] = [];
  #records = 0;

  constructor(options: TableStreamOptions) {
    this.#options = options;
    this.arn = options.arn;
    const random = options.kernel.random(`dynamodb-streams/${options.arn}`);
    this.shardIds = Array.from({ length: shardCount }, () => `shardId-${random.hex(20)}-${random.hex(8)}`);
    this.#shards = this.shardIds.map(() => []);
  }

  /** Told of every record when it can be read. What polls for it in AWS is woken in the world. */
  onReadable(listener: (shardId: string) => void): void {
    this.#listeners.push(listener);
  }

  append(before: Item | undefined, after: Item | undefined): void {
    if (isDeepStrictEqual(before, after)) return;
    const item = after ?? before;
    if (item === undefined) return;
    const { kernel, schema } = this.#options;
    const index = shardOf(setKey(item[schema.partitionKey.name]!));
    const shard = this.#shards[index]!;
    const random = kernel.random(`dynamodb-streams/${this.arn}`);
    const delayMs = Math.round(random.between(readableAfterMs.from, readableAfterMs.to));
    const readableAtMs = Math.max(kernel.nowMs + delayMs, shard.at(-1)?.readableAtMs ?? 0);
    shard.push({ record: this.#record(before, after), readableAtMs });
    kernel.at(readableAtMs, `${this.arn} can be read`, () => {
      for (const listener of this.#listeners) listener(this.shardIds[index]!);
    });
  }

  /** How many records of the shard can be read now. */
  readable(shardId: string): number {
    return this.#shard(shardId).filter(({ readableAtMs }) => readableAtMs <= this.#options.kernel.nowMs).length;
  }

  /** Records from a position on, in their order. */
  read(shardId: string, from: number, limit: number): readonly StreamRecord[] {
    const to = Math.min(this.readable(shardId), from + limit);
    return this.#shard(shardId)
      .slice(from, to)
      .map(({ record }) => record);
  }

  #shard(shardId: string): readonly Entry[] {
    return this.#shards[this.shardIds.indexOf(shardId)] ?? [];
  }

  #record(before: Item | undefined, after: Item | undefined): StreamRecord {
    const { kernel, region, schema, viewType } = this.#options;
    const keys = keyOf((after ?? before)!, schema);
    const shown = {
      ...(showsNew(viewType) && after !== undefined && { NewImage: after }),
      ...(showsOld(viewType) && before !== undefined && { OldImage: before }),
    };
    return {
      eventID: kernel.random(`dynamodb-streams/${this.arn}`).hex(32),
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        // Whole seconds, as the API reference has it.
        ApproximateCreationDateTime: new Date(Math.floor(kernel.nowMs / 1000) * 1000),
        Keys: keys,
        ...shown,
        // All of one length, so that they compare as text.
        SequenceNumber: String(++this.#records).padStart(24, '0'),
        SizeBytes: [keys, ...Object.values(shown)].reduce((sum, item) => sum + itemSizeBytes(item), 0),
        StreamViewType: viewType,
      },
    };
  }
}

function showsNew(viewType: StreamViewType): boolean {
  return viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
}

function showsOld(viewType: StreamViewType): boolean {
  return viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES';
}

/** The same key falls into the same shard; which one is nobody's business. */
function shardOf(key: string): number {
  let hash = 0;
  for (const character of key) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash % shardCount;
}
