import { z } from 'zod';
import { keyDemands } from '../kms/key-demands.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import { type AwsService, AwsServiceError, type IamDemand, type ServiceCall } from '../service.ts';
import type { StreamDirectory, StreamInRegion } from './stream-directory.ts';
import type { TableStream } from './table-stream.ts';

const describeInput = z.strictObject({ StreamArn: z.string() });
const iteratorInput = z.strictObject({
  StreamArn: z.string(),
  ShardId: z.string(),
  ShardIteratorType: z.enum(['TRIM_HORIZON', 'LATEST']),
});
const recordsInput = z.strictObject({
  ShardIterator: z.string(),
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
  Limit: z.int().min(1).max(1000).optional(),
});

/** Where a reader stands: the stream, its shard, and how many records lie behind. Opaque to whoever holds it. */
interface Position {
  readonly arn: string;
  readonly shardId: string;
  readonly behind: number;
}

/** DynamoDB Streams: what reads the streams of tables. Iterators don't run out here; in AWS whoever polls renews them. */
export class DynamoDbStreamsService implements AwsService {
  readonly name = 'dynamodb-streams';
  readonly resources = [];
  readonly #streams: StreamDirectory;

  constructor(streams: StreamDirectory) {
    this.#streams = streams;
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    const arn = streamArn(call);
    const found = this.#streams.streamOf(arn);
    return [
      { action: `dynamodb:${call.operation}`, resource: arn },
      // The stream is encrypted with its table's key (developer guide, «DynamoDB encryption at rest»); that its reader
      // needs what a reader of the table needs is what CDK grants. Unverified: dynamodb.stream-keys.
      ...keyDemands(found?.key, {
        call,
        via: 'dynamodb',
        actions: ['kms:Decrypt'],
        encryptionContext: { 'aws:dynamodb:tableName': found?.tableName ?? '' },
      }),
    ];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const { stream } = this.#existing(streamArn(call));
    if (call.operation === 'DescribeStream') return describe(stream);
    if (call.operation === 'GetShardIterator') {
      const { ShardId: shardId, ShardIteratorType } = parseInput(this.name, call, iteratorInput);
      if (!stream.shardIds.includes(shardId)) throw notFound(`shard ${shardId} of ${stream.arn}`);
      const behind = ShardIteratorType === 'LATEST' ? stream.readable(shardId) : 0;
      return { ShardIterator: iteratorOf({ arn: stream.arn, shardId, behind }) };
    }
    const { ShardIterator, Limit = 1000 } = parseInput(this.name, call, recordsInput);
    const { arn, shardId, behind } = positionOf(ShardIterator);
    const records = stream.read(shardId, behind, Limit);
    return { Records: records, NextShardIterator: iteratorOf({ arn, shardId, behind: behind + records.length }) };
  }

  #existing(arn: string): StreamInRegion {
    const found = this.#streams.streamOf(arn);
    if (found === undefined) throw notFound(arn);
    return found;
  }
}

function describe(stream: TableStream): Record<string, unknown> {
  const Shards = stream.shardIds.map((ShardId) => ({ ShardId }));
  return { StreamDescription: { StreamArn: stream.arn, StreamStatus: 'ENABLED', Shards } };
}

function streamArn(call: ServiceCall): string {
  switch (call.operation) {
    case 'DescribeStream':
      return parseInput('DynamoDB Streams', call, describeInput).StreamArn;
    case 'GetShardIterator':
      return parseInput('DynamoDB Streams', call, iteratorInput).StreamArn;
    case 'GetRecords':
      return positionOf(parseInput('DynamoDB Streams', call, recordsInput).ShardIterator).arn;
    default:
      throw unknownOperation('DynamoDB Streams', call.operation);
  }
}

function iteratorOf({ arn, shardId, behind }: Position): string {
  return `${arn}|${shardId}|${behind}`;
}

function positionOf(iterator: string): Position {
  const [arn = '', shardId = '', behind = ''] = iterator.split('|');
  return { arn, shardId, behind: Number(behind) };
}

function notFound(what: string): AwsServiceError {
  return new AwsServiceError('ResourceNotFoundException', `Requested resource not found: ${what}`);
}
