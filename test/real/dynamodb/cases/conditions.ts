import {
  call,
  conditions,
  type DynamoDbCase,
  failed,
  found,
  key,
  plainCase,
  put,
  refused,
  update,
} from './notation.ts';

const one = { ':one': { N: '1' } };
const incorrectType = (operator: string, type: string) =>
  refused(
    `Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );

/** Conditional writes: puts, updates and deletes, comparisons, functions, paths. */
export const conditionCases: readonly DynamoDbCase[] = [
  plainCase('put-if-absent', [
    call('PutItem', { Item: { ...key, n: { N: '1' } }, ConditionExpression: 'attribute_not_exists(pk)' }),
    call('PutItem', { Item: { ...key, n: { N: '2' } }, ConditionExpression: 'attribute_not_exists(pk)' }, failed()),
    found({ n: { N: '1' } }),
  ]),
  plainCase('update-if-equal', [
    put({ epoch: { N: '1' } }),
    update('SET epoch = :two', { ...one, ':two': { N: '2' } }, {}, { ConditionExpression: 'epoch = :one' }),
    update('SET epoch = :two', { ...one, ':two': { N: '3' } }, failed(), { ConditionExpression: 'epoch = :one' }),
    found({ epoch: { N: '2' } }),
  ]),
  plainCase('delete-if-equal', [
    put({ n: { N: '1' } }),
    call('DeleteItem', { Key: key, ConditionExpression: 'n > :one', ExpressionAttributeValues: one }, failed()),
    found({ n: { N: '1' } }),
    call('DeleteItem', { Key: key, ConditionExpression: 'n = :one', ExpressionAttributeValues: one }),
    found(undefined),
  ]),
  plainCase('conditions-on-nothing', [
    call('DeleteItem', { Key: key, ConditionExpression: 'attribute_exists(pk)' }, failed()),
    update('SET n = :one', one, failed(), { ConditionExpression: 'n = :one' }),
    update('SET n = :one', one, {}, { ConditionExpression: 'n <> :one' }),
    found({ n: { N: '1' } }),
  ]),
  plainCase('failed-condition-returns-item', [
    put({ n: { N: '1' } }),
    call(
      'PutItem',
      {
        Item: key,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      failed({ ...key, n: { N: '1' } }),
    ),
    update('SET n = n + :one', one, failed({ ...key, n: { N: '1' } }), {
      ConditionExpression: 'n > :one',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    call(
      'DeleteItem',
      {
        Key: { pk: { S: 'none' } },
        ConditionExpression: 'attribute_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      failed(),
    ),
  ]),
  conditions('compare-numbers', { n: { N: '10' } }, [
    ['n > :v', { ':v': { N: '9' } }, true],
    ['n >= :v', { ':v': { N: '10.0' } }, true],
    ['n < :v', { ':v': { N: '1E1' } }, false],
    ['n <= :v', { ':v': { N: '-11' } }, false],
    ['n <> :v', { ':v': { N: '10' } }, false],
    [':v < n', { ':v': { N: '9' } }, true],
  ]),
  conditions('compare-strings', { s: { S: 'b' } }, [
    ['s > :v', { ':v': { S: 'B' } }, true],
    ['s < :v', { ':v': { S: 'ba' } }, true],
    ['s < :v', { ':v': { S: 'é' } }, true],
    ['s < :v', { ':v': { S: '' } }, false],
  ]),
  conditions('compare-types', { s: { S: '1' }, n: { N: '1' } }, [
    ['s = :one', one, false],
    ['s < :one', one, false],
    ['s <> :one', one, true],
    ['s = n', undefined, false],
    ['nothing = :one', one, false],
    ['nothing < :one', one, false],
    ['nothing <> :one', one, true],
    ['NOT nothing = :one', one, true],
  ]),
  conditions(
    'compare-documents',
    { m: { M: { a: { L: [{ N: '1' }, { S: 'x' }] } } }, t: { BOOL: true }, z: { NULL: true } },
    [
      ['m = :v', { ':v': { M: { a: { L: [{ N: '1.0' }, { S: 'x' }] } } } }, true],
      ['m = :v', { ':v': { M: { a: { L: [{ S: 'x' }, { N: '1' }] } } } }, false],
      ['t = :v', { ':v': { BOOL: true } }, true],
      ['z = :v', { ':v': { NULL: true } }, true],
      ['t < :v', { ':v': { BOOL: true } }, incorrectType('<', 'BOOL')],
    ],
  ),
  conditions('compare-sets', { ns: { NS: ['1', '2'] }, ss: { SS: ['x', 'y'] } }, [
    ['ns = :v', { ':v': { NS: ['2.0', '1'] } }, true],
    ['ss = :v', { ':v': { SS: ['y', 'x'] } }, true],
    ['ss <> :v', { ':v': { SS: ['y'] } }, true],
  ]),
  conditions('nested-paths', { m: { M: { l: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] } } } }, [
    ['m.l[0] = :v', { ':v': { S: 'x' } }, true],
    ['m.l[1].deep = :one', one, true],
    ['m.#name[1].#deep = :one', one, true, { '#name': 'l', '#deep': 'deep' }],
    ['attribute_exists(m.l[2])', undefined, false],
    ['attribute_not_exists(m.elsewhere.deeper)', undefined, true],
    ['attribute_exists(m.l.deep)', undefined, false],
  ]),
  conditions('between', { n: { N: '5' } }, [
    ['n BETWEEN :a AND :b', { ':a': { N: '5' }, ':b': { N: '6' } }, true],
    ['n BETWEEN :a AND :b', { ':a': { N: '6' }, ':b': { N: '7' } }, false],
    ['n BETWEEN :a AND :b', { ':a': { S: '1' }, ':b': { S: '9' } }, false],
    [
      'n BETWEEN :a AND :b',
      { ':a': { N: '7' }, ':b': { N: '6' } },
      refused(
        'Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:6}',
      ),
    ],
    [
      'n BETWEEN :a AND :b',
      { ':a': { N: '7' }, ':b': { S: '8' } },
      refused(
        'Invalid ConditionExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {S:8}',
      ),
    ],
  ]),
  conditions('in', { n: { N: '5' } }, [
    ['n IN (:a, :b)', { ':a': { N: '4' }, ':b': { N: '5.0' } }, true],
    ['n IN (:a)', { ':a': { S: '5' } }, false],
    ['nothing IN (:a)', { ':a': { N: '5' } }, false],
  ]),
  conditions('attribute-type', { s: { S: '' }, l: { L: [] }, ns: { NS: ['1'] } }, [
    ['attribute_type(s, :t)', { ':t': { S: 'S' } }, true],
    ['attribute_type(l, :t)', { ':t': { S: 'M' } }, false],
    ['attribute_type(ns, :t)', { ':t': { S: 'NS' } }, true],
    ['attribute_type(nothing, :t)', { ':t': { S: 'NULL' } }, false],
    ['attribute_type(s, :t)', { ':t': { S: 'string' } }, refused()],
  ]),
  conditions('begins-with', { s: { S: 'region-a' }, b: { B: Uint8Array.from([1, 2, 3]) }, n: { N: '12' } }, [
    ['begins_with(s, :p)', { ':p': { S: 'region-' } }, true],
    ['begins_with(s, :p)', { ':p': { S: 'Region' } }, false],
    ['begins_with(b, :p)', { ':p': { B: Uint8Array.from([1, 2]) } }, true],
    ['begins_with(n, :p)', { ':p': { S: '1' } }, false],
    ['begins_with(s, :p)', { ':p': { N: '1' } }, incorrectType('begins_with', 'N')],
  ]),
  conditions(
    'contains',
    { s: { S: 'abc' }, ss: { SS: ['x', 'y'] }, ns: { NS: ['1', '2'] }, l: { L: [{ N: '1' }, { M: {} }] } },
    [
      ['contains(s, :p)', { ':p': { S: 'bc' } }, true],
      ['contains(ss, :p)', { ':p': { S: 'x' } }, true],
      ['contains(ss, :p)', { ':p': { S: 'xy' } }, false],
      ['contains(ns, :p)', { ':p': { N: '1.0' } }, true],
      ['contains(l, :p)', { ':p': { N: '1' } }, true],
      ['contains(l, :p)', { ':p': { M: {} } }, true],
      ['contains(s, :p)', { ':p': { N: '1' } }, false],
    ],
  ),
  conditions(
    'size',
    {
      s: { S: 'añb' },
      l: { L: [{ S: '' }] },
      m: { M: {} },
      b: { B: Uint8Array.from([1, 2]) },
      ss: { SS: ['x', 'y'] },
      n: { N: '12' },
    },
    [
      ['size(s) = :v', { ':v': { N: '3' } }, true],
      ['size(l) = :v AND size(m) < :v', { ':v': { N: '1' } }, true],
      ['size(b) = size(ss)', undefined, true],
      ['size(n) > :v', { ':v': { N: '0' } }, false],
      ['size(nothing) > :v', { ':v': { N: '0' } }, false],
    ],
  ),
  conditions('logic', { a: { N: '1' }, b: { N: '1' } }, [
    ['a = :one OR b = :one AND nothing = :one', one, true],
    ['(a = :one OR b = :one) AND nothing = :one', one, false],
    ['NOT a = :one OR b = :one', one, true],
    ['NOT (a = :one OR b = :one)', one, false],
    ['not a <> :one and b = :one', one, true],
  ]),
];
