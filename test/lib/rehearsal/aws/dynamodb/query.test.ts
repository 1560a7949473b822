import { describe, expect, test } from '@jest/globals';
import { provision, refused, send } from '../world-fake.ts';
import { dynamoDb, pairTable, region } from './tables.ts';

function journal() {
  const { service } = dynamoDb();
  provision(service, 'AWS::DynamoDB::Table', pairTable, region);
  for (const pk of ['b', 'a']) {
    for (const sk of [10, 9, 1, 2]) {
      send(service, region, 'PutItem', {
        TableName: 'pairs',
        Item: { pk: { S: pk }, sk: { N: String(sk) }, even: { BOOL: sk % 2 === 0 } },
      });
    }
  }
  const ask = (operation: string, input: Record<string, unknown>) =>
    send(service, region, operation, { TableName: 'pairs', ...input });
  const sorts = (output: Record<string, unknown>) =>
    (output.Items as { sk: { N: string } }[]).map((item) => Number(item.sk.N));
  return { service, ask, sorts };
}
const ofA = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'a' } } };

describe('query', () => {
  test('gives the items of a partition in the order of their sort key, or backwards', () => {
    const { ask, sorts } = journal();
    expect(sorts(ask('Query', ofA))).toEqual([1, 2, 9, 10]);
    expect(sorts(ask('Query', { ...ofA, ScanIndexForward: false, ConsistentRead: true }))).toEqual([10, 9, 2, 1]);
    expect(ask('Query', { ...ofA, Select: 'COUNT' })).toEqual({ Count: 4, ScannedCount: 4 });
    expect(ask('Query', { ...ofA, ExpressionAttributeValues: { ':p': { S: 'nobody' } } })).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 0,
    });
  });

  test.each<[string, Record<string, unknown>, number[]]>([
    ['pk = :p AND sk > :v', { ':v': { N: '2' } }, [9, 10]],
    ['sk <= :v AND pk = :p', { ':v': { N: '2' } }, [1, 2]],
    ['pk = :p AND sk BETWEEN :v AND :w', { ':v': { N: '2' }, ':w': { N: '9' } }, [2, 9]],
    ['(pk = :p) AND sk = :v', { ':v': { N: '9.0' } }, [9]],
  ])('%s', (KeyConditionExpression, values, expected) => {
    const { ask, sorts } = journal();
    const ExpressionAttributeValues = { ':p': { S: 'a' }, ...values };
    expect(sorts(ask('Query', { KeyConditionExpression, ExpressionAttributeValues }))).toEqual(expected);
  });

  test('pages count before the filter, and the last page says that it may not be the last', () => {
    const { ask, sorts } = journal();
    const input = {
      ...ofA,
      FilterExpression: 'even = :t',
      ExpressionAttributeValues: { ...ofA.ExpressionAttributeValues, ':t': { BOOL: true } },
      Limit: 2,
    };
    const first = ask('Query', input);
    expect([sorts(first), first.ScannedCount, first.LastEvaluatedKey]).toEqual([
      [2],
      2,
      { pk: { S: 'a' }, sk: { N: '2' } },
    ]);
    const second = ask('Query', { ...input, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([sorts(second), second.LastEvaluatedKey]).toEqual([[10], { pk: { S: 'a' }, sk: { N: '10' } }]);
    const third = ask('Query', { ...input, ExclusiveStartKey: second.LastEvaluatedKey });
    expect(third).toEqual({ Items: [], Count: 0, ScannedCount: 0 });
  });

  test('a page goes on behind a start key that has been deleted, in both directions', () => {
    const { ask, sorts } = journal();
    const ExclusiveStartKey = { pk: { S: 'a' }, sk: { N: '9' } };
    ask('DeleteItem', { Key: ExclusiveStartKey });
    expect(sorts(ask('Query', { ...ofA, ExclusiveStartKey }))).toEqual([10]);
    expect(sorts(ask('Query', { ...ofA, ExclusiveStartKey, ScanIndexForward: false }))).toEqual([2, 1]);
  });

  test('a page holds a megabyte', () => {
    const { ask, sorts } = journal();
    for (const sk of ['20', '21', '22', '23'])
      ask('PutItem', { Item: { pk: { S: 'big' }, sk: { N: sk }, x: { S: 'x'.repeat(390 * 1024) } } });
    const page = ask('Query', { ...ofA, ExpressionAttributeValues: { ':p': { S: 'big' } } });
    expect([sorts(page), page.LastEvaluatedKey]).toEqual([[20, 21, 22], { pk: { S: 'big' }, sk: { N: '22' } }]);
  });

  test('a projection gives parts of the items', () => {
    const { ask } = journal();
    expect(ask('Query', { ...ofA, ProjectionExpression: 'sk', Limit: 1 }).Items).toEqual([{ sk: { N: '1' } }]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'no key condition',
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'no partition key',
      { KeyConditionExpression: 'sk = :p', ExpressionAttributeValues: { ':p': { N: '1' } } },
      'Query condition missed key schema element: pk',
    ],
    ['a partition key that is compared', { KeyConditionExpression: 'pk > :p' }, 'Query key condition not supported'],
    [
      'a partition key against an attribute',
      { KeyConditionExpression: 'pk = even', ExpressionAttributeValues: undefined },
      'Query key condition not supported',
    ],
    [
      'a partition key of another type',
      { ExpressionAttributeValues: { ':p': { N: '1' } } },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'a condition on another attribute',
      { KeyConditionExpression: 'pk = :p AND even = :p' },
      'Query condition missed key schema element: sk',
    ],
    [
      'existence as a key condition',
      { KeyConditionExpression: 'pk = :p AND attribute_exists(sk)' },
      'Invalid operator used in KeyConditionExpression: attribute_exists',
    ],
    [
      'inequality of the sort key',
      {
        KeyConditionExpression: 'pk = :p AND sk <> :v',
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':v': { N: '1' } },
      },
      'Invalid operator used in KeyConditionExpression: <>',
    ],
    [
      'three conditions',
      {
        KeyConditionExpression: 'pk = :p AND sk > :v AND sk < :v',
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':v': { N: '1' } },
      },
      'Conditions can be of length 1 or 2 only',
    ],
    [
      'a prefix of a number',
      { KeyConditionExpression: 'pk = :p AND begins_with(sk, :p)' },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'a filter on a key',
      { FilterExpression: 'NOT (attribute_exists(sk) OR even = :p)' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [
      'a filter on a key in a list',
      { FilterExpression: 'even IN (:p, pk)' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: pk',
    ],
    [
      'a limit of nothing',
      { Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'a start key that is none',
      { ExclusiveStartKey: { pk: { S: 'a' } } },
      'The provided key element does not match the schema',
    ],
  ])('%s is refused', (_name, input, message) => {
    const { ask } = journal();
    expect(refused(() => ask('Query', { ...ofA, ...input }))).toMatchObject({ name: 'ValidationException', message });
  });
});

describe('scan', () => {
  test('gives every item once over all pages', () => {
    const { ask } = journal();
    const seen: unknown[] = [];
    let ExclusiveStartKey: unknown;
    do {
      const page = ask('Scan', { Limit: 3, ExclusiveStartKey });
      seen.push(...(page.Items as unknown[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(new Set(seen.map((item) => JSON.stringify(item))).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  test('filters', () => {
    const { ask } = journal();
    const page = ask('Scan', {
      FilterExpression: 'even = :t AND begins_with(pk, :p)',
      ExpressionAttributeValues: { ':t': { BOOL: true }, ':p': { S: 'b' } },
    });
    expect([page.Count, page.ScannedCount]).toEqual([2, 8]);
  });
});
