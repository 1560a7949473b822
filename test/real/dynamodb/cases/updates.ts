import { call, type DynamoDbCase, found, key, plainCase, put, refused, update } from './notation.ts';

const one = { ':one': { N: '1' } };

/** Update expressions and what updates, puts and deletes return. */
export const updateCases: readonly DynamoDbCase[] = [
  plainCase('update-creates', [
    update('SET n = :one', one, {}),
    found({ n: { N: '1' } }),
    call('UpdateItem', { Key: { pk: { S: 'b' } } }),
    call('GetItem', { Key: { pk: { S: 'b' } } }, { Item: { pk: { S: 'b' } } }),
  ]),
  plainCase('delete-of-nothing', [
    call('DeleteItem', { Key: key }),
    call('DeleteItem', { Key: key, ReturnValues: 'ALL_OLD' }),
  ]),
  plainCase('set-arithmetic', [
    put({ n: { N: '1.5' } }),
    update(
      'SET n = n + :one, m = n - :one',
      one,
      { Attributes: { n: { N: '2.5' }, m: { N: '0.5' } } },
      { ReturnValues: 'UPDATED_NEW' },
    ),
    update('SET n = :one - n', one, { Attributes: { n: { N: '-1.5' } } }, { ReturnValues: 'UPDATED_NEW' }),
    update(
      'SET n = nothing + :one',
      one,
      refused('The provided expression refers to an attribute that does not exist in the item'),
    ),
    update('SET n = n + :s', { ':s': { S: '1' } }, refused()),
  ]),
  plainCase('set-if-not-exists', [
    update('SET n = if_not_exists(n, :one)', one, {}),
    update('SET n = if_not_exists(n, :one) + :one', one, {}),
    update('SET m = if_not_exists(nothing, n)', undefined, {}),
    found({ n: { N: '2' }, m: { N: '2' } }),
  ]),
  plainCase('set-list-append', [
    update('SET l = list_append(if_not_exists(l, :none), :x)', { ':none': { L: [] }, ':x': { L: [{ S: 'x' }] } }, {}),
    update('SET l = list_append(:y, l)', { ':y': { L: [{ S: 'y' }] } }, {}),
    found({ l: { L: [{ S: 'y' }, { S: 'x' }] } }),
    update('SET pages = list_append(l, :s)', { ':s': { S: 'x' } }, refused()),
  ]),
  plainCase('set-list-elements', [
    put({ l: { L: [{ N: '0' }, { N: '1' }] } }),
    update('SET l[1] = :v, l[9] = :v', { ':v': { S: 'x' } }, {}),
    found({ l: { L: [{ N: '0' }, { S: 'x' }, { S: 'x' }] } }),
  ]),
  plainCase('set-nested', [
    put({ m: { M: {} } }),
    update('SET m.a = :one', one, {}),
    update(
      'SET m.b.c = :one',
      one,
      refused('The document path provided in the update expression is invalid for update'),
    ),
    update(
      'SET elsewhere.b = :one',
      one,
      refused('The document path provided in the update expression is invalid for update'),
    ),
    found({ m: { M: { a: { N: '1' } } } }),
  ]),
  plainCase('set-reads-before', [
    put({ a: { N: '1' }, b: { N: '2' } }),
    update('SET a = b, b = a', undefined, {}),
    found({ a: { N: '2' }, b: { N: '1' } }),
  ]),
  plainCase('remove', [
    put({ a: { N: '1' }, m: { M: { x: { N: '1' } } }, l: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] } }),
    update('REMOVE a, m.x, l[0], l[2], nothing', undefined, {}),
    found({ m: { M: {} }, l: { L: [{ N: '1' }] } }),
  ]),
  plainCase('add-numbers', [
    update('ADD n :one', one, {}),
    update('ADD n :v', { ':v': { N: '-0.5' } }, { Attributes: { n: { N: '0.5' } } }, { ReturnValues: 'UPDATED_NEW' }),
    update('ADD n :v', { ':v': { S: 'x' } }, refused()),
  ]),
  plainCase('add-and-delete-members', [
    put({ s: { SS: ['a'] } }),
    update('ADD s :v', { ':v': { SS: ['a', 'b'] } }, {}),
    found({ s: { SS: ['a', 'b'] } }),
    update('DELETE s :v', { ':v': { SS: ['a', 'c'] } }, {}),
    found({ s: { SS: ['b'] } }),
    update('DELETE s :v', { ':v': { SS: ['b'] } }, {}),
    found({}),
    update('DELETE s :v', { ':v': { SS: ['b'] } }, {}),
    update('ADD s :v', { ':v': { NS: ['1'] } }, {}),
    update(
      'ADD s :v',
      { ':v': { SS: ['b'] } },
      refused('An operand in the update expression has an incorrect data type'),
    ),
  ]),
  plainCase('clauses-together', [
    put({ a: { N: '1' }, b: { N: '1' }, s: { SS: ['x', 'y'] } }),
    update('SET c = a REMOVE b ADD a :one DELETE s :x', { ...one, ':x': { SS: ['x'] } }, {}),
    found({ a: { N: '2' }, c: { N: '1' }, s: { SS: ['y'] } }),
    update(
      'SET a = :one SET b = :one',
      one,
      refused('Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'),
    ),
  ]),
  plainCase('paths-overlap', [
    put({ m: { M: { a: { M: {} } } } }),
    update(
      'SET m.a = :one, m.a.b = :one',
      one,
      refused(
        'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, a, b]',
      ),
    ),
    update('SET m = :one REMOVE m', one, refused()),
  ]),
  plainCase('update-of-key', [
    update(
      'SET pk = :one',
      one,
      refused(
        'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
      ),
    ),
  ]),
  plainCase('return-values-of-updates', [
    put({ a: { N: '1' }, b: { N: '1' } }),
    update('SET a = a + :one', one, { Attributes: { a: { N: '1' } } }, { ReturnValues: 'UPDATED_OLD' }),
    update(
      'SET a = a + :one',
      one,
      { Attributes: { ...key, a: { N: '2' }, b: { N: '1' } } },
      { ReturnValues: 'ALL_OLD' },
    ),
    update(
      'SET a = a + :one',
      one,
      { Attributes: { ...key, a: { N: '4' }, b: { N: '1' } } },
      { ReturnValues: 'ALL_NEW' },
    ),
    update('SET c = :one', one, {}, { ReturnValues: 'UPDATED_OLD' }),
    update('REMOVE c', undefined, {}, { ReturnValues: 'UPDATED_NEW' }),
  ]),
  plainCase('return-values-of-new-items', [
    update('SET a = :one', one, {}, { ReturnValues: 'ALL_OLD' }),
    call(
      'UpdateItem',
      {
        Key: { pk: { S: 'b' } },
        UpdateExpression: 'SET a = :one',
        ExpressionAttributeValues: one,
        ReturnValues: 'ALL_NEW',
      },
      {
        Attributes: { pk: { S: 'b' }, a: { N: '1' } },
      },
    ),
  ]),
  plainCase('return-values-of-puts', [
    call('PutItem', { Item: { ...key, a: { N: '1' } }, ReturnValues: 'ALL_OLD' }),
    call('PutItem', { Item: key, ReturnValues: 'ALL_OLD' }, { Attributes: { ...key, a: { N: '1' } } }),
    call('DeleteItem', { Key: key, ReturnValues: 'ALL_OLD' }, { Attributes: key }),
    call('PutItem', { Item: key, ReturnValues: 'ALL_NEW' }, refused('Return values set to invalid value')),
  ]),
];
