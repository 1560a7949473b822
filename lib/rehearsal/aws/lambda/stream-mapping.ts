import { ShardReader } from './shard-reader.ts';
import { pollerOf, type StreamMappingConfiguration, type StreamMappingParts } from './stream-batch.ts';

/** Lambda's own poller of a table's stream: one reader for each shard, each with one batch at a time. */
export class StreamMapping {
  readonly #parts: StreamMappingParts;
  readonly #mapping: StreamMappingConfiguration;
  readonly #readers = new Map<string, ShardReader>();
  #isDuplicating = false;

  constructor(parts: StreamMappingParts, mapping: StreamMappingConfiguration) {
    this.#parts = parts;
    this.#mapping = mapping;
    mapping.stream.onReadable((shardId) => this.#readers.get(shardId)?.wake());
    this.#describe();
  }

  /**
   * From now on every batch is delivered once more than needed.
   * «Lambda event source mappings process each event at least once, and duplicate processing of records can occur»
   * (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).
   */
  setDuplicateEverything(duplicate: boolean): void {
    this.#isDuplicating = duplicate;
  }

  /** What was read and not done is read again. */
  regionIsBack(): void {
    if (this.#readers.size === 0) this.#describe();
    for (const reader of this.#readers.values()) reader.startOver();
  }

  #describe(): void {
    const { bus, configuration } = this.#parts;
    const { stream } = this.#mapping;
    const call = {
      caller: pollerOf(configuration),
      region: configuration.region,
      operation: 'DescribeStream',
      input: { StreamArn: stream.arn },
    };
    bus.call('dynamodb-streams', call, (result) => {
      if ('error' in result) return;
      for (const shardId of stream.shardIds) {
        const reader = new ShardReader(this.#parts, this.#mapping, shardId, () => this.#isDuplicating);
        this.#readers.set(shardId, reader);
        reader.startOver();
      }
    });
  }
}
