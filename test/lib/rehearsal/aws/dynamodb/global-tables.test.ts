import { describe, expect, test } from '@jest/globals';
import { provision, refused, send, WorldFake } from '../world-fake.ts';
import { dynamoDb, keyArn, plainTable, region, strongTable } from './tables.ts';

const [one, two, witness] = ['eu-west-1', 'eu-central-1', 'eu-west-2'];
const Key = { pk: { S: 'bank' } };
const TableName = 'authority';

function authority() {
  const { world, service } = dynamoDb();
  provision(service, 'AWS::DynamoDB::GlobalTable', strongTable, region);
  const write = (from: string, epoch: number) =>
    send(service, from, 'PutItem', { TableName, Item: { ...Key, epoch: { N: String(epoch) } } });
  const read = (from: string, ConsistentRead: boolean) => {
    const item = send(service, from, 'GetItem', { TableName, Key, ConsistentRead }).Item as
      | { epoch: { N: string } }
      | undefined;
    return item === undefined ? undefined : Number(item.epoch.N);
  };
  const pass = (ms: number) => world.kernel.run(world.kernel.nowMs + ms);
  const cut = (a: string, b: string) => {
    world.cutLinks.add(`${a}/${b}`);
    world.cutLinks.add(`${b}/${a}`);
  };
  return { world, service, write, read, pass, cut };
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html (MRSC)
describe('a global table with multi-region strong consistency', () => {
  test('shows a write in the other region at once', () => {
    const { write, read } = authority();
    write(one, 1);
    expect([read(two, true), read(two, false)]).toEqual([1, 1]);
  });

  test('takes decisions while one region is dark', async () => {
    const { world, write, read, pass } = authority();
    write(one, 1);
    await pass(1000);
    world.downRegions.add(one);
    write(two, 2);
    expect(read(two, true)).toBe(2);
  });

  test.each([
    ['the witness and the other replica are dark', (w: WorldFake) => w.downRegions.add(two).add(witness)],
    ['their DynamoDB is down', (w: WorldFake) => w.downServices.add(`${two}/dynamodb`).add(`${witness}/dynamodb`)],
    ['it is cut off from both', (w: WorldFake) => w.cutLinks.add(`${one}/${two}`).add(`${witness}/${one}`)],
  ])('decides nothing when %s', (_name, strike) => {
    const { world, write, read } = authority();
    write(one, 1);
    strike(world);
    expect(refused(() => write(one, 2))).toMatchObject({ name: 'InternalServerError', statusCode: 500 });
    expect(refused(() => read(one, true)).name).toBe('InternalServerError');
    expect(read(one, false)).toBe(1);
  });

  test('a region that was cut off has the old version until it is back', async () => {
    const { world, write, read, pass, cut } = authority();
    write(one, 1);
    await pass(1000);
    cut(one, two);
    cut(one, witness);
    write(two, 2);
    await pass(1000);
    write(two, 3);
    expect([read(one, false), read(two, false)]).toEqual([1, 3]);
    world.cutLinks.clear();
    expect(read(one, false)).toBe(3);
    world.downRegions.add(two).add(witness);
    expect(read(one, false)).toBe(3);
  });

  test('an item that a region has not seen is not there, neither for a scan', () => {
    const { service, write, read, cut } = authority();
    cut(one, two);
    cut(one, witness);
    write(two, 1);
    expect(read(one, false)).toBeUndefined();
    expect(send(service, one, 'Scan', { TableName }).Items).toEqual([]);
    expect(refused(() => send(service, one, 'Scan', { TableName, ConsistentRead: true })).name).toBe(
      'InternalServerError',
    );
    expect(service.itemsOf(two, TableName)).toHaveLength(1);
  });

  test('two regions that write the same item at the same instant conflict; a little later they do not', async () => {
    const { write, read, pass } = authority();
    write(one, 1);
    expect(refused(() => write(two, 2)).name).toBe('ReplicatedWriteConflictException');
    await pass(20);
    write(two, 3);
    expect(read(one, true)).toBe(3);
  });

  test('the witness holds nothing that can be asked', () => {
    const { read } = authority();
    expect(refused(() => read(witness, true)).name).toBe('ResourceNotFoundException');
  });

  test('transactions are refused', () => {
    const { service } = authority();
    expect(refused(() => send(service, one, 'TransactWriteItems', {})).name).toBe('ValidationException');
    expect(refused(() => send(dynamoDb().service, one, 'TransactWriteItems', {})).name).toBe(
      'UnknownOperationException',
    );
  });

  test('three replicas need no witness', () => {
    const { world, service } = dynamoDb();
    const { GlobalTableWitnesses: _none, ...table } = {
      ...strongTable,
      Replicas: [one, two, witness].map((Region) => ({ Region })),
    };
    provision(service, 'AWS::DynamoDB::GlobalTable', table, region);
    world.downRegions.add(two);
    expect(send(service, one, 'PutItem', { TableName, Item: Key })).toEqual({});
    expect(send(service, witness, 'GetItem', { TableName, Key, ConsistentRead: true })).toEqual({ Item: Key });
  });
});

describe('what a deployment refuses', () => {
  const regions = (...names: string[]) => names.map((Region) => ({ Region }));
  test.each<[string, Record<string, unknown>, string]>([
    [
      'two replicas without a witness',
      { GlobalTableWitnesses: undefined },
      'two replicas and one GlobalTableWitnesses region',
    ],
    [
      'a witness that is a replica',
      { GlobalTableWitnesses: regions(two) },
      'the witness region must differ from the replica regions',
    ],
    ['replicas on two continents', { Replicas: regions('eu-west-1', 'us-east-1') }, 'must lie in one set of regions'],
    ['a region without it', { Replicas: regions('eu-west-1', 'eu-north-1') }, 'must lie in one set of regions'],
    [
      'a time to live',
      { TimeToLiveSpecification: { AttributeName: 't', Enabled: true } },
      'has no TimeToLiveSpecification',
    ],
    ['one region twice', { Replicas: regions(one, one) }, 'one replica per region'],
    [
      'eventual consistency of several replicas',
      { MultiRegionConsistency: 'EVENTUAL', GlobalTableWitnesses: undefined },
      'not simulated: MultiRegionConsistency EVENTUAL',
    ],
    [
      'a witness without strong consistency',
      { MultiRegionConsistency: undefined },
      'GlobalTableWitnesses need MultiRegionConsistency STRONG',
    ],
    ['provisioned capacity', { BillingMode: 'PROVISIONED' }, 'BillingMode'],
    ['a secondary index', { GlobalSecondaryIndexes: [] }, 'GlobalSecondaryIndexes'],
    [
      'attributes that are no keys',
      { AttributeDefinitions: [...plainTable.AttributeDefinitions, { AttributeName: 'x', AttributeType: 'S' }] },
      'secondary indexes are not simulated',
    ],
    [
      'a range key first',
      { KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' }] },
      'a HASH key and then a RANGE key',
    ],
  ])('%s', (_name, changed, message) => {
    const { service } = dynamoDb();
    expect(() => provision(service, 'AWS::DynamoDB::GlobalTable', { ...strongTable, ...changed }, region)).toThrow(
      message,
    );
  });

  test('a stack outside the replicas, a table that is there, a key that is not', () => {
    const { service } = dynamoDb();
    expect(() => provision(service, 'AWS::DynamoDB::GlobalTable', strongTable, 'eu-west-3')).toThrow(
      'add a replica in eu-west-3',
    );
    provision(service, 'AWS::DynamoDB::Table', plainTable, region);
    expect(() => provision(service, 'AWS::DynamoDB::Table', plainTable, region)).toThrow(
      `table plain exists in ${region} already`,
    );
    const Replicas = [{ Region: region, SSESpecification: { KMSMasterKeyId: 'other' } }];
    expect(() =>
      provision(service, 'AWS::DynamoDB::GlobalTable', { ...plainTable, TableName: 'x', Replicas }, region),
    ).toThrow(`there is no KMS key other in ${region}`);
  });
});

describe('tables of one region', () => {
  test('a global table of one replica is one, named by the stack if nobody names it', () => {
    const { service } = dynamoDb();
    const { TableName: _none, ...unnamed } = plainTable;
    const Replicas = [
      {
        Region: region,
        SSESpecification: { KMSMasterKeyId: keyArn },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ];
    const made = provision(
      service,
      'AWS::DynamoDB::GlobalTable',
      { ...unnamed, Replicas, TimeToLiveSpecification: { AttributeName: 't', Enabled: true } },
      region,
    );
    expect(made).toEqual({
      ref: 'estate-Thing-1A2B3C',
      attributes: { Arn: `arn:aws:dynamodb:${region}:111122223333:table/estate-Thing-1A2B3C` },
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
  test('TTL deletes late, never early, and not what is no time or long past', async () => {
    const { world, service } = dynamoDb();
    provision(
      service,
      'AWS::DynamoDB::Table',
      { ...plainTable, TimeToLiveSpecification: { AttributeName: 't', Enabled: true } },
      region,
    );
    const expiresAt = Math.floor(world.kernel.nowMs / 1000) + 3600;
    const put = (pk: string, t: Record<string, string>) =>
      send(service, region, 'PutItem', { TableName: 'plain', Item: { pk: { S: pk }, t } });
    put('due', { N: String(expiresAt) });
    put('text', { S: String(expiresAt) });
    put('ancient', { N: '1000' });
    const there = (pk: string) =>
      send(service, region, 'GetItem', { TableName: 'plain', Key: { pk: { S: pk } } }).Item !== undefined;
    await world.kernel.run(expiresAt * 1000);
    expect(there('due')).toBe(true);
    await world.kernel.run(expiresAt * 1000 + 48 * 3_600_000);
    expect([there('due'), there('text'), there('ancient')]).toEqual([false, true, true]);
    expect(service.itemsOf(region, 'plain')).toHaveLength(2);
  });

  test('nobody has items in a table that is not there', () => {
    expect(dynamoDb(new WorldFake()).service.itemsOf(region, 'none')).toEqual([]);
  });
});
