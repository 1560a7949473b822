import type { Refusal } from '../../contract-case.ts';
import { type Attributes, call, type DynamoDbCase, refused } from './notation.ts';

const numbers = [3, 1, 20, -1].map((n) => ({ pk: { S: 'p' }, sk: { N: String(n) }, half: { N: String(n / 2) } }));
const byNumber = [numbers[3], numbers[1], numbers[0], numbers[2]].map((item) => item!);
const texts = ['b', 'B', 'a#2', 'a#1', 'é'].map((text) => ({ pk: { S: 'p' }, sk: { S: text } }));
const ofP = { ':p': { S: 'p' } };

function putAll(items: readonly Attributes[]) {
  return items.map((Item) => call('PutItem', { Item }));
}

function query(condition: string, values: Attributes, answer: Attributes | Refusal, more: Attributes = {}) {
  return call(
    'Query',
    {
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ...ofP, ...values },
      ConsistentRead: true,
      ...more,
    },
    answer,
  );
}

function page(items: readonly Attributes[], more: Attributes = {}): Attributes {
  return { Items: items, Count: items.length, ScannedCount: items.length, ...more };
}

function keyOf({ pk, sk }: Attributes): Attributes {
  return { pk, sk };
}

const missed = 'Query condition missed key schema element';
/** Operators that key conditions don't have, each in use. */
const withOperator: Readonly<Record<string, string>> = {
  OR: 'OR sk = :n',
  '<>': 'AND sk <> :n',
  IN: 'AND sk IN (:n)',
  contains: 'AND contains(sk, :n)',
  attribute_exists: 'AND attribute_exists(sk)',
  attribute_type: 'AND attribute_type(sk, :n)',
  NOT: 'AND NOT sk = :n',
};

/** Queries and scans: key conditions, order, pages, filters, projections. */
export const queryCases: readonly DynamoDbCase[] = [
  {
    id: 'dynamodb/query-by-number',
    subject: 'numbered',
    calls: [
      ...putAll([...numbers, { pk: { S: 'q' }, sk: { N: '1' } }]),
      query('pk = :p', {}, page(byNumber)),
      query('pk = :p', {}, page([...byNumber].reverse()), { ScanIndexForward: false }),
      query('pk = :p AND sk > :n', { ':n': { N: '1' } }, page(byNumber.slice(2))),
      query('pk = :p AND sk BETWEEN :a AND :b', { ':a': { N: '-1' }, ':b': { N: '3' } }, page(byNumber.slice(0, 3))),
      query('sk = :n AND pk = :p', { ':n': { N: '20' } }, page(byNumber.slice(3))),
      query('pk = :p AND sk < :n', { ':n': { N: '-1' } }, page([])),
    ],
  },
  {
    id: 'dynamodb/query-by-text',
    subject: 'lettered',
    calls: [
      ...putAll(texts),
      query('pk = :p', {}, page(['B', 'a#1', 'a#2', 'b', 'é'].map((text) => ({ pk: { S: 'p' }, sk: { S: text } })))),
      query('pk = :p AND begins_with(sk, :a)', { ':a': { S: 'a#' } }, page([texts[3]!, texts[2]!])),
    ],
  },
  {
    id: 'dynamodb/query-refusals',
    subject: 'numbered',
    calls: [
      query('sk = :p', {}, refused(`${missed}: pk`, missed)),
      query('pk > :p', {}, refused('Query key condition not supported')),
      query('pk = :p AND elsewhere = :n', { ':n': { N: '1' } }, refused(`${missed}: sk`, missed)),
      query(
        'pk = :p AND sk = :n',
        { ':n': { S: '1' } },
        refused('One or more parameter values were invalid: Condition parameter type does not match schema type'),
      ),
      query(
        'pk = :p',
        { ':n': { N: '1' } },
        refused('Filter Expression can only contain non-primary key attributes: Primary key attribute: sk'),
        { FilterExpression: 'sk = :n' },
      ),
      ...['OR', '<>', 'IN', 'contains', 'attribute_exists', 'attribute_type', 'NOT'].map((operator) =>
        query(
          `pk = :p ${withOperator[operator]}`,
          operator.startsWith('attribute_exists') ? {} : { ':n': { S: 'S' } },
          refused(`Invalid operator used in KeyConditionExpression: ${operator}`),
        ),
      ),
    ],
  },
  {
    id: 'dynamodb/query-pages',
    subject: 'numbered',
    calls: [
      ...putAll(numbers),
      query('pk = :p', {}, page(byNumber.slice(0, 2), { LastEvaluatedKey: keyOf(byNumber[1]!) }), { Limit: 2 }),
      query('pk = :p', {}, page(byNumber.slice(2), { LastEvaluatedKey: keyOf(byNumber[3]!) }), {
        Limit: 2,
        ExclusiveStartKey: keyOf(byNumber[1]!),
      }),
      query('pk = :p', {}, page([]), { Limit: 2, ExclusiveStartKey: keyOf(byNumber[3]!) }),
      query('pk = :p', {}, page(byNumber.slice(0, 2).reverse()), {
        ScanIndexForward: false,
        ExclusiveStartKey: keyOf(byNumber[2]!),
      }),
    ],
  },
  {
    id: 'dynamodb/query-filter',
    subject: 'numbered',
    calls: [
      ...putAll(numbers),
      query(
        'pk = :p',
        { ':h': { N: '1' } },
        { Items: byNumber.slice(2, 3), Count: 1, ScannedCount: 3, LastEvaluatedKey: keyOf(byNumber[2]!) },
        { FilterExpression: 'half > :h', Limit: 3 },
      ),
      query('pk = :p', {}, { Count: 4, ScannedCount: 4 }, { Select: 'COUNT' }),
    ],
  },
  {
    id: 'dynamodb/query-projection',
    subject: 'numbered',
    calls: [
      ...putAll(numbers.slice(0, 1)),
      query('pk = :p', {}, page([{ sk: { N: '3' }, half: { N: '1.5' } }]), {
        ProjectionExpression: 'sk, #h, nothing',
        ExpressionAttributeNames: { '#h': 'half' },
      }),
    ],
  },
  {
    id: 'dynamodb/page-of-one-megabyte',
    subject: 'numbered',
    calls: [
      ...putAll([1, 2, 3, 4].map((n) => ({ pk: { S: 'p' }, sk: { N: String(n) }, fat: { S: 'x'.repeat(350_000) } }))),
      query(
        'pk = :p',
        {},
        {
          Items: [1, 2, 3].map((n) => ({ sk: { N: String(n) } })),
          Count: 3,
          ScannedCount: 3,
          LastEvaluatedKey: { pk: { S: 'p' }, sk: { N: '3' } },
        },
        { ProjectionExpression: 'sk' },
      ),
    ],
  },
  {
    id: 'dynamodb/scan',
    subject: 'plain',
    calls: [
      ...putAll([{ pk: { S: 'a' }, n: { N: '1' } }]),
      call('Scan', { ConsistentRead: true }, page([{ pk: { S: 'a' }, n: { N: '1' } }])),
      call(
        'Scan',
        { FilterExpression: 'pk = :p AND n > :n', ExpressionAttributeValues: { ...ofP, ':n': { N: '0' } } },
        { Items: [], Count: 0, ScannedCount: 1 },
      ),
    ],
  },
  {
    id: 'dynamodb/get-projection',
    subject: 'plain',
    calls: [
      call('PutItem', {
        Item: {
          pk: { S: 'a' },
          m: { M: { x: { N: '1' }, y: { N: '2' } } },
          l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] },
        },
      }),
      call(
        'GetItem',
        { Key: { pk: { S: 'a' } }, ProjectionExpression: 'm.x, l[2], l[0], nothing.z' },
        { Item: { m: { M: { x: { N: '1' } } }, l: { L: [{ N: '0' }, { N: '2' }] } } },
      ),
      call('GetItem', { Key: { pk: { S: 'a' } }, ProjectionExpression: 'nothing' }, { Item: {} }),
      call('GetItem', { Key: { pk: { S: 'none' } } }),
    ],
  },
];
