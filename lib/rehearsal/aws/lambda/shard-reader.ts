import type { StreamRecord } from '../dynamodb/table-stream.ts';
import type { ServiceResult } from '../service.ts';
import { sendToDestination } from './destination.ts';
import { type InvocationResult, throttled } from './invocation.ts';
import { eventOf, pollerOf, type StreamMappingConfiguration, type StreamMappingParts } from './stream-batch.ts';

/** «Lambda polls shards in your DynamoDB stream for records at a base rate of 4 times per second» (with-ddb.html). */
const pollMs = 250;
/** Between attempts; that they wait longer and longer is documented, how long isn't. Unverified: lambda.stream-backoff. */
const backoffMs = { first: 1000, longest: 60_000 };

/** The first is in every record that people show; the second's name is not. Unverified: lambda.stream-age-condition. */
type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

interface Batch {
  readonly records: readonly StreamRecord[];
  readonly retries: number;
  readonly throttles: number;
}

/**
 * Reads one shard in its order: the next batch only when the one before is done or given up. Polls that would find
 * nothing are left out: the stream wakes the reader, and it polls at its next turn.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export class ShardReader {
  readonly #parts: StreamMappingParts;
  readonly #mapping: StreamMappingConfiguration;
  readonly #shardId: string;
  readonly #isDuplicating: () => boolean;
  readonly #phaseMs: number;
  #iterator: string | undefined;
  #isBusy = false;
  #isMore = false;
  /** What was under way when the region went dark belongs to a life that is over. */
  #life = 0;

  constructor(
    parts: StreamMappingParts,
    mapping: StreamMappingConfiguration,
    shardId: string,
    isDuplicating: () => boolean,
  ) {
    this.#parts = parts;
    this.#mapping = mapping;
    this.#shardId = shardId;
    this.#isDuplicating = isDuplicating;
    this.#phaseMs = parts.kernel.random(`lambda/poll/${mapping.stream.arn}/${shardId}`).integer(0, pollMs - 1);
  }

  /** From where it stands, or from the mapping's starting position. */
  startOver(): void {
    this.#life++;
    this.#isBusy = false;
    this.wake();
  }

  wake(): void {
    this.#isMore = true;
    if (!this.#isBusy) this.#nextTurn();
  }

  #nextTurn(): void {
    if (!this.#isMore) {
      this.#isBusy = false;
      return;
    }
    this.#isBusy = true;
    const sinceMs = this.#parts.kernel.nowMs - this.#phaseMs;
    this.#later(pollMs - (sinceMs % pollMs), () => (this.#iterator === undefined ? this.#begin() : this.#poll()));
  }

  #begin(): void {
    const { stream, startingPosition: ShardIteratorType } = this.#mapping;
    const input = { StreamArn: stream.arn, ShardId: this.#shardId, ShardIteratorType };
    this.#ask('GetShardIterator', input, ({ ShardIterator }) => {
      this.#iterator = String(ShardIterator);
      this.#isMore = stream.readable(this.#shardId) > 0;
      this.#nextTurn();
    });
  }

  #poll(): void {
    this.#isMore = false;
    const { batchSize: Limit, filters } = this.#mapping;
    this.#ask('GetRecords', { ShardIterator: this.#iterator, Limit }, ({ Records, NextShardIterator }) => {
      const records = Records as readonly StreamRecord[];
      if (records.length === Limit) this.#isMore = true;
      const wanted = records.filter((record) => filters.length === 0 || filters.some((matches) => matches(record)));
      this.#deliver({ records: wanted, retries: 0, throttles: 0 }, () => {
        this.#iterator = String(NextShardIterator);
        this.#nextTurn();
      });
    });
  }

  #deliver(batch: Batch, done: () => void): void {
    const records = this.#youngEnough(batch);
    const last = records.at(-1);
    if (last === undefined) {
      done();
      return;
    }
    const { kernel, metrics, configuration } = this.#parts;
    // «The age of the last record in the event» (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
    const ageMs = kernel.nowMs - last.dynamodb.ApproximateCreationDateTime.getTime();
    metrics.record(configuration.region, 'AWS/Lambda', 'IteratorAge', { FunctionName: configuration.name }, ageMs);
    const refused = this.#run(records, (result) => this.#ended({ ...batch, records }, result, done));
    if (refused !== throttled) return;
    // Not counted against the retries: it goes on until the record is too old.
    const again = { ...batch, records, throttles: batch.throttles + 1 };
    this.#later(waitMs(batch.throttles), () => this.#deliver(again, done));
  }

  #ended(batch: Batch, result: InvocationResult, done: () => void): void {
    const { records, retries } = batch;
    if (!('error' in result)) {
      if (!this.#isDuplicating() || this.#run(records, done) === throttled) done();
      return;
    }
    if (this.#mapping.bisectBatchOnFunctionError && records.length > 1) {
      // «Splitting a batch does not count towards the retry quota.»
      const middle = Math.ceil(records.length / 2);
      const [first, second] = [records.slice(0, middle), records.slice(middle)];
      this.#deliver({ ...batch, records: first }, () => this.#deliver({ ...batch, records: second }, done));
      return;
    }
    if (retries >= this.#mapping.maximumRetryAttempts) {
      this.#discard(records, 'RetryAttemptsExhausted', retries + 1);
      done();
      return;
    }
    this.#later(waitMs(retries), () => this.#deliver({ ...batch, retries: retries + 1 }, done));
  }

  /** What has become too old meanwhile is given up. */
  #youngEnough({ records, retries }: Batch): readonly StreamRecord[] {
    const oldestMs = this.#parts.kernel.nowMs - this.#mapping.maximumRecordAgeSeconds * 1000;
    const isOld = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime.getTime() < oldestMs;
    const old = records.filter(isOld);
    if (old.length > 0) this.#discard(old, 'RecordAgeExceeded', retries);
    return records.filter((record) => !isOld(record));
  }

  /** What the destination gets says where the records are and not what is in them. */
  #discard(records: readonly StreamRecord[], condition: Condition, approximateInvokeCount: number): void {
    const { bus, configuration, kernel } = this.#parts;
    const { onFailureArn, stream } = this.#mapping;
    const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
    if (onFailureArn === undefined || first === undefined || last === undefined) return;
    const record = {
      requestContext: { functionArn: configuration.arn, condition, approximateInvokeCount },
      version: '1.0',
      timestamp: new Date(kernel.nowMs).toISOString(),
      DDBStreamBatchInfo: {
        shardId: this.#shardId,
        startSequenceNumber: first.SequenceNumber,
        endSequenceNumber: last.SequenceNumber,
        approximateArrivalOfFirstRecord: first.ApproximateCreationDateTime.toISOString(),
        approximateArrivalOfLastRecord: last.ApproximateCreationDateTime.toISOString(),
        batchSize: records.length,
        streamArn: stream.arn,
      },
    };
    sendToDestination(bus, configuration, onFailureArn, JSON.stringify(record));
  }

  #run(records: readonly StreamRecord[], ended: (result: InvocationResult) => void): typeof throttled | undefined {
    const life = this.#life;
    return this.#parts.run(eventOf(records, this.#mapping.stream.arn), (result) => {
      if (life === this.#life) ended(result);
    });
  }

  /** Asks the stream as the function's role; what fails is asked again at a later turn. */
  #ask(operation: string, input: object, answered: (output: Record<string, unknown>) => void): void {
    const { bus, configuration } = this.#parts;
    const life = this.#life;
    const call = { caller: pollerOf(configuration), region: configuration.region, operation, input: { ...input } };
    bus.call('dynamodb-streams', call, (result: ServiceResult) => {
      if (life !== this.#life) return;
      if ('output' in result) answered(result.output);
      else this.#later(backoffMs.first, () => this.#ask(operation, input, answered));
    });
  }

  #later(delayMs: number, act: () => void): void {
    const life = this.#life;
    this.#parts.kernel.after(delayMs, `${this.#shardId} is read`, () => {
      if (life === this.#life && this.#parts.weather.regionUp(this.#parts.configuration.region)) act();
    });
  }
}

function waitMs(attempts: number): number {
  return Math.min(backoffMs.first * 2 ** attempts, backoffMs.longest);
}
