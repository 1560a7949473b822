import { beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDbService } from '../../../../../lib/rehearsal/aws/dynamodb/dynamodb-service.ts';
import { DynamoDbStreamsService } from '../../../../../lib/rehearsal/aws/dynamodb/streams-service.ts';
import type { StreamRecord } from '../../../../../lib/rehearsal/aws/dynamodb/table-stream.ts';
import { accountId, caller, provision, refused, send, type WorldFake } from '../world-fake.ts';
import { dynamoDb, keyArn, pairTable, region } from './tables.ts';

let world: WorldFake;
let tables: DynamoDbService;
let streams: DynamoDbStreamsService;
let arn: string;

function create(StreamViewType: string, more: object = {}): string {
  ({ world, service: tables } = dynamoDb());
  streams = new DynamoDbStreamsService(tables);
  const properties = { ...pairTable, StreamSpecification: { StreamViewType }, ...more };
  return provision(tables, 'AWS::DynamoDB::Table', properties, region).attributes.StreamArn ?? '';
}

beforeEach(() => {
  arn = create('NEW_AND_OLD_IMAGES');
});

const put = (pk: string, sk: number, more: object = {}) =>
  send(tables, region, 'PutItem', { TableName: 'pairs', Item: { pk: { S: pk }, sk: { N: `${sk}` }, ...more } });

const pass = (ms: number) => world.kernel.run(world.kernel.nowMs + ms);

function shardIds(): string[] {
  const { StreamDescription } = send(streams, region, 'DescribeStream', { StreamArn: arn });
  return (StreamDescription as { Shards: { ShardId: string }[] }).Shards.map(({ ShardId }) => ShardId);
}

function iterator(ShardId: string, ShardIteratorType: string): unknown {
  return send(streams, region, 'GetShardIterator', { StreamArn: arn, ShardId, ShardIteratorType }).ShardIterator;
}

function get(ShardIterator: unknown, Limit?: number): { Records: StreamRecord[]; NextShardIterator: unknown } {
  return send(streams, region, 'GetRecords', { ShardIterator, ...(Limit !== undefined && { Limit }) }) as never;
}

function all(): StreamRecord[] {
  return shardIds().flatMap((shardId) => get(iterator(shardId, 'TRIM_HORIZON')).Records);
}

const keys = (records: readonly StreamRecord[]) =>
  records.map(({ dynamodb: { Keys } }) => `${Keys.pk?.S}${Keys.sk?.N}`);

describe('a stream', () => {
  test('is named by its table and the time at which it was turned on', () => {
    expect(arn).toBe(`arn:aws:dynamodb:${region}:${accountId}:table/pairs/stream/2026-11-21T06:00:00.000`);
  });

  test('has every change once, with the images that it was asked for', async () => {
    put('a', 1, { v: { S: 'one' } });
    put('a', 1, { v: { S: 'two' } });
    send(tables, region, 'DeleteItem', { TableName: 'pairs', Key: { pk: { S: 'a' }, sk: { N: '1' } } });
    await pass(1000);
    const [one, two] = [{ S: 'one' }, { S: 'two' }];
    expect(all()).toMatchObject([
      { eventName: 'INSERT', awsRegion: region, dynamodb: { NewImage: { v: one } } },
      { eventName: 'MODIFY', dynamodb: { OldImage: { v: one }, NewImage: { v: two } } },
      { eventName: 'REMOVE', dynamodb: { OldImage: { v: two } } },
    ]);
    const [first, , last] = all();
    expect(first?.dynamodb).not.toHaveProperty('OldImage');
    expect(last?.dynamodb).not.toHaveProperty('NewImage');
    expect(first?.dynamodb.SizeBytes).toBe(2 * ('pk'.length + 1 + 'sk'.length + 2) + 'v'.length + 3);
  });

  test.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
  ])('of view type %s has no other images', async (viewType, images) => {
    arn = create(viewType);
    put('a', 1);
    put('a', 1, { v: { S: 'two' } });
    await pass(1000);
    const shown = Object.keys(all()[1]?.dynamodb ?? {}).filter((name) => name.endsWith('Image'));
    expect(shown).toEqual(images);
  });

  test('has nothing of a write that changes nothing', async () => {
    put('a', 1, { v: { S: 'one' } });
    put('a', 1, { v: { S: 'one' } });
    send(tables, region, 'DeleteItem', { TableName: 'pairs', Key: { pk: { S: 'b' }, sk: { N: '1' } } });
    await pass(1000);
    expect(keys(all())).toEqual(['a1']);
  });

  test('keeps the order of a partition key, in one shard, and tells when there is something to read', async () => {
    const told: string[] = [];
    tables.streamOf(arn)?.stream.onReadable((shardId) => told.push(shardId));
    for (let sk = 1; sk <= 5; sk++) for (const pk of ['a', 'b', 'c', 'd', 'e']) put(pk, sk);
    expect(all()).toEqual([]);
    await pass(5000);
    expect(told).toHaveLength(25);
    const shards = shardIds().map((shardId) => keys(get(iterator(shardId, 'TRIM_HORIZON')).Records));
    expect(shards.filter((one) => one.length > 0).length).toBeGreaterThan(1);
    for (const pk of ['a', 'b', 'c', 'd', 'e']) {
      const own = shards.map((one) => one.filter((key) => key.startsWith(pk))).filter((one) => one.length > 0);
      expect(own).toEqual([[1, 2, 3, 4, 5].map((sk) => `${pk}${sk}`)]);
    }
  });

  test('is read on from where a reader stands, or from now on', async () => {
    for (let sk = 1; sk <= 3; sk++) put('a', sk);
    await pass(1000);
    const shardId = shardIds().find((one) => get(iterator(one, 'TRIM_HORIZON')).Records.length > 0) ?? '';
    const latest = iterator(shardId, 'LATEST');
    const first = get(iterator(shardId, 'TRIM_HORIZON'), 2);
    expect(keys(first.Records)).toEqual(['a1', 'a2']);
    expect(keys(get(first.NextShardIterator).Records)).toEqual(['a3']);
    expect(get(latest).Records).toEqual([]);
    put('a', 4);
    await pass(1000);
    expect(keys(get(latest).Records)).toEqual(['a4']);
  });

  test('is read by who may read it and use the key of its table', () => {
    arn = create('KEYS_ONLY', { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn } });
    const input = { StreamArn: arn };
    const demands = streams.demands({ caller: caller(region), region, operation: 'DescribeStream', input });
    expect(demands).toMatchObject([
      { action: 'dynamodb:DescribeStream', resource: arn },
      {
        action: 'kms:Decrypt',
        resource: keyArn,
        context: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' },
      },
    ]);
  });

  test('that is not there, shards that it does not have, and what is not simulated are refused', () => {
    expect(refused(() => send(streams, region, 'DescribeStream', { StreamArn: 'arn:x' })).name).toBe(
      'ResourceNotFoundException',
    );
    expect(refused(() => iterator('shardId-x', 'LATEST')).message).toContain('shard shardId-x');
    expect(refused(() => send(streams, region, 'ListStreams', {})).message).toBe(
      'not simulated: DynamoDB Streams ListStreams',
    );
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    expect(() => create('KEYS_ONLY', { TimeToLiveSpecification })).toThrow('stream of a table with TimeToLive');
  });
});
