import { beforeEach, describe, expect, test } from '@jest/globals';
import { TableStream } from '../../../../../lib/rehearsal/aws/dynamodb/table-stream.ts';
import { bundleFixtures } from './bundled-fixtures.ts';
import { accountId, region, smallWorld } from './small-world.ts';

const { 'stream-batches': folder } = bundleFixtures('stream-batches');
const streamArn = `arn:aws:dynamodb:${region}:${accountId}:table/pairs/stream/2026-01-05T09:00:00.000`;
const queueArn = `arn:aws:sqs:${region}:${accountId}:given-up`;
const schema = { name: 'pairs', partitionKey: { name: 'pk', type: 'S' }, sortKey: { name: 'sk', type: 'N' } } as const;

let world: ReturnType<typeof smallWorld>;
let stream: TableStream;
let sortKeys: number;

beforeEach(() => {
  world = smallWorld();
  sortKeys = 0;
  stream = new TableStream({ kernel: world.kernel, arn: streamArn, region, schema, viewType: 'NEW_IMAGE' });
  world.streams.set(streamArn, { stream, tableName: 'pairs', key: undefined });
});

function map(properties: object = {}, functionProperties: object = {}): void {
  const FunctionName = world.addFunction({ folder, ...functionProperties });
  world.create('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: streamArn,
    FunctionName,
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  });
}

/** Numbered from 1. */
function write(more: object = {}, pk = 'a'): void {
  stream.append(undefined, { pk: { S: pk }, sk: { N: `${++sortKeys}` }, ...more });
}

const pass = (seconds: number) => world.kernel.run(world.kernel.nowMs + seconds * 1000);
/** What the function was given, one text for each batch. */
const batches = () => world.logs.map(({ text }) => text.trim());
const polls = () => world.trace.filter(({ operation }) => operation === 'GetRecords').length;
const givenUp = () => world.sqs.calls.map(({ input }) => JSON.parse(String(input.MessageBody)));

describe('an event source mapping of a stream', () => {
  test('gives the function what was written, soon and in its order', async () => {
    map();
    await pass(5);
    write();
    await pass(3);
    expect(batches()).toEqual(['1']);
    for (let more = 0; more < 4; more++) write();
    await pass(5);
    expect(batches().join()).toBe('1,2,3,4,5');
    expect(world.metrics.some((line) => line.startsWith('IteratorAge '))).toBe(true);
  });

  test('begins with what is there already, or only with what comes', async () => {
    write();
    await pass(1);
    map({}, { name: 'all' });
    map({ StartingPosition: 'LATEST' }, { name: 'new' });
    await pass(5);
    expect(world.logs.map(({ process }) => process.split('@')[0])).toEqual(['lambda:all']);
    write();
    await pass(5);
    expect(batches()).toEqual(['1', '2', '2']);
  });

  test('asks for nothing while nothing is written', async () => {
    map();
    await pass(600);
    expect(polls()).toBe(0);
    write();
    await pass(600);
    expect(polls()).toBe(1);
  });

  test('takes no more than a batch at once and goes on with the rest', async () => {
    for (let more = 0; more < 5; more++) write();
    await pass(2);
    map({ BatchSize: 2 });
    await pass(10);
    expect(batches()).toEqual(['1,2', '3,4', '5']);
  });

  test('leaves out what no filter matches', async () => {
    const Pattern = JSON.stringify({ dynamodb: { NewImage: { kind: { S: ['good', 'better'] } } } });
    map({ FilterCriteria: { Filters: [{ Pattern }] } });
    for (const kind of ['good', 'bad', 'better', 'worse']) write({ kind: { S: kind } });
    await pass(5);
    expect(batches().join()).toBe('1,3');
  });

  test('reads the shards beside each other: one that is stuck holds up only its own', async () => {
    map({ MaximumRetryAttempts: 3 });
    write({ poison: { BOOL: true } });
    await pass(3);
    for (const pk of ['b', 'c', 'd', 'e', 'f', 'g']) write({}, pk);
    write();
    await pass(2);
    expect(batches().join().split(',')).toEqual(expect.arrayContaining(['2', '3']));
    expect(batches().join()).not.toContain('8');
    await pass(60);
    expect(batches().join()).toContain('8');
  });

  test('delivers everything twice where the scenario says so', async () => {
    map();
    world.lambda.setDuplicateEverything(true);
    write();
    await pass(5);
    write();
    await pass(5);
    expect(batches()).toEqual(['1', '1', '2', '2']);
  });
});

describe('a batch that fails', () => {
  test('is tried again until it succeeds, longer and longer apart, and what comes after waits', async () => {
    map();
    write({ failures: { N: '3' } });
    await pass(3);
    write();
    await pass(60);
    expect(batches()).toEqual(['1', '1', '1', '1', '2']);
    expect(givenUp()).toEqual([]);
  });

  test('is given up after its retries, and the destination hears where it lies and not what is in it', async () => {
    map({ MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: { Destination: queueArn } } });
    write({ poison: { S: 'a secret' } });
    await pass(60);
    write();
    await pass(5);
    expect(batches()).toEqual(['1', '1', '1', '2']);
    expect(givenUp()).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        DDBStreamBatchInfo: { batchSize: 1, streamArn },
      },
    ]);
    expect(JSON.stringify(givenUp())).not.toContain('a secret');
  });

  test('is split until the bad record is alone, at no cost of retries', async () => {
    for (let more = 0; more < 4; more++) write(more === 2 ? { poison: { BOOL: true } } : {});
    await pass(2);
    const OnFailure = { Destination: queueArn };
    map({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0, DestinationConfig: { OnFailure } });
    await pass(30);
    expect(batches()).toEqual(['1,2,3,4', '1,2', '3,4', '3', '4']);
    expect(givenUp()).toMatchObject([{ DDBStreamBatchInfo: { batchSize: 1 } }]);
  });

  test('is given up when it has become too old, and without a destination nobody hears', async () => {
    map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: queueArn } } });
    map({ MaximumRecordAgeInSeconds: 60 }, { name: 'deaf' });
    write({ poison: { BOOL: true } });
    await pass(200);
    expect(givenUp()).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' } }]);
    write();
    await pass(5);
    expect(batches().slice(-2)).toEqual(['2', '2']);
  });

  test('waits while the function is refused concurrency, and that costs no retry', async () => {
    map({ MaximumRetryAttempts: 0 }, { ReservedConcurrentExecutions: 0 });
    write();
    await pass(20);
    expect(batches()).toEqual([]);
    expect(world.metrics.filter((line) => line === 'Throttles 1').length).toBeGreaterThan(2);
    expect(givenUp()).toEqual([]);
  });
});

describe('a region that goes dark', () => {
  test('reads on when it is back, from the last batch that was done', async () => {
    map();
    write();
    await pass(5);
    write();
    await pass(0.04);
    world.world.weather.setRegionDown(region);
    await pass(60);
    expect(batches()).toEqual(['1']);
    world.world.weather.setRegionUp(region);
    await pass(5);
    expect(batches()).toEqual(['1', '2']);
  });

  test('reads again what the function had begun: it may have done it, or not', async () => {
    map();
    await pass(5);
    write();
    // A cold start takes 200 ms at least.
    while (polls() === 0) await pass(0.02);
    await pass(0.05);
    world.world.weather.setRegionDown(region);
    await pass(10);
    world.world.weather.setRegionUp(region);
    await pass(5);
    expect(batches()).toEqual(['1']);
    expect(polls()).toBeGreaterThan(1);
  });

  test('starts to read when it is back, if it was dark from the beginning', async () => {
    world.world.weather.setRegionDown(region);
    map();
    write();
    await pass(60);
    world.world.weather.setRegionUp(region);
    await pass(5);
    expect(batches()).toEqual(['1']);
  });

  test('asks again what the stream could not answer', async () => {
    map();
    await pass(2);
    world.world.weather.setServiceDown(region, 'dynamodb-streams');
    write();
    await pass(10);
    expect(batches()).toEqual([]);
    world.world.weather.setServiceUp(region, 'dynamodb-streams');
    await pass(5);
    expect(batches()).toEqual(['1']);
  });
});

describe('a mapping is refused', () => {
  test.each([
    [{ EventSourceArn: `${streamArn}9` }, 'Stream not found'],
    [{ EventSourceArn: queueArn }, 'only streams of DynamoDB tables are simulated'],
    [{ FunctionName: 'other' }, 'does not exist'],
    [{ ParallelizationFactor: 2 }, 'ParallelizationFactor'],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] } }, 'knows no eventName'],
  ])('with %j', (properties, message) => {
    expect(() => map(properties)).toThrow(message);
  });

  test('where the role of the function may not read the stream', () => {
    world.create('AWS::IAM::Role', {
      RoleName: 'blind',
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
    });
    expect(() => map({}, { Role: `arn:aws:iam::${accountId}:role/blind` })).toThrow('Cannot access stream');
  });
});
