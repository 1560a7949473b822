import { describe, expect, test } from '@jest/globals';
import { provision, refused, send } from '../world-fake.ts';
import { dynamoDb, itemHolds, plainTable, region } from './tables.ts';

const item = {
  epoch: { N: '7' },
  big: { N: '12345678901234567890' },
  ratio: { N: '0.25' },
  holder: { S: 'eu-west-1' },
  bytes: { B: new Uint8Array([1, 2, 3]) },
  flag: { BOOL: true },
  nothing: { NULL: true },
  tags: { SS: ['x', 'y'] },
  counts: { NS: ['1', '2.50'] },
  blobs: { BS: [new Uint8Array([9])] },
  entries: { L: [{ S: 'first' }, { M: { deep: { N: '3' } } }] },
  nested: { M: { within_it: { S: 'value' }, empty: { M: {} } } },
  emptyText: { S: '' },
};
const holds = itemHolds(item);
const B = (...bytes: number[]) => ({ B: new Uint8Array(bytes) });

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
describe('a condition holds or fails', () => {
  test.each<[string, Record<string, unknown> | undefined, boolean]>([
    ['epoch = :v', { ':v': { N: '7.0' } }, true],
    ['epoch = :v', { ':v': { S: '7' } }, false],
    ['epoch <> :v', { ':v': { N: '7' } }, false],
    ['absent <> :v', { ':v': { N: '7' } }, true],
    ['absent = :v', { ':v': { N: '7' } }, false],
    ['absent < :v', { ':v': { N: '7' } }, false],
    ['epoch < :v', { ':v': { N: '10' } }, true],
    ['epoch <= :v', { ':v': { N: '7' } }, true],
    ['epoch > :v', { ':v': { N: '7' } }, false],
    ['epoch >= :v', { ':v': { N: '-7' } }, true],
    ['epoch > :v', { ':v': { S: '1' } }, false],
    ['big > :v', { ':v': { N: '12345678901234567889' } }, true],
    ['ratio = :v', { ':v': { N: '2.5e-1' } }, true],
    ['holder < :v', { ':v': { S: 'eu-west-2' } }, true],
    ['bytes < :v', { ':v': B(1, 2, 4) }, true],
    [':v = epoch', { ':v': { N: '7' } }, true],
    ['epoch BETWEEN :a AND :b', { ':a': { N: '1' }, ':b': { N: '7' } }, true],
    ['epoch between :a and :b', { ':a': { N: '8' }, ':b': { N: '9' } }, false],
    ['holder IN (:a, :b)', { ':a': { S: 'nowhere' }, ':b': { S: 'eu-west-1' } }, true],
    ['holder IN (:a)', { ':a': { S: 'nowhere' } }, false],
    ['attribute_exists(nested.within_it)', undefined, true],
    ['attribute_exists(nested.outside_it)', undefined, false],
    ['attribute_not_exists(nested.outside_it)', undefined, true],
    ['attribute_not_exists(entries[0])', undefined, false],
    ['attribute_exists(entries[1].deep)', undefined, true],
    ['attribute_exists(entries[7].deep)', undefined, false],
    ['attribute_exists(holder.deep)', undefined, false],
    ['attribute_type(epoch, :t)', { ':t': { S: 'N' } }, true],
    ['attribute_type(nothing, :t)', { ':t': { S: 'NULL' } }, true],
    ['attribute_type(absent, :t)', { ':t': { S: 'S' } }, false],
    ['begins_with(holder, :p)', { ':p': { S: 'eu-' } }, true],
    ['begins_with(holder, :p)', { ':p': { S: 'us-' } }, false],
    ['begins_with(bytes, :p)', { ':p': B(1, 2) }, true],
    ['begins_with(epoch, :p)', { ':p': { S: '7' } }, false],
    ['contains(holder, :p)', { ':p': { S: 'west' } }, true],
    ['contains(bytes, :p)', { ':p': B(2, 3) }, true],
    ['contains(tags, :p)', { ':p': { S: 'y' } }, true],
    ['contains(counts, :p)', { ':p': { N: '2.5' } }, true],
    ['contains(counts, :p)', { ':p': { S: '1' } }, false],
    ['contains(blobs, :p)', { ':p': B(9) }, true],
    ['contains(entries, :p)', { ':p': { S: 'first' } }, true],
    ['contains(absent, :p)', { ':p': { S: 'first' } }, false],
    ['contains(epoch, :p)', { ':p': { S: '7' } }, false],
    ['size(holder) = :n', { ':n': { N: '9' } }, true],
    ['size(entries) = :n', { ':n': { N: '2' } }, true],
    ['size(nested) = :n', { ':n': { N: '2' } }, true],
    ['size(tags) = :n', { ':n': { N: '2' } }, true],
    ['size(bytes) = :n', { ':n': { N: '3' } }, true],
    ['size(epoch) = :n', { ':n': { N: '1' } }, false],
    ['flag = :v', { ':v': { BOOL: true } }, true],
    ['nothing = :v', { ':v': { NULL: true } }, true],
    ['tags = :v', { ':v': { SS: ['y', 'x'] } }, true],
    ['entries = :v', { ':v': { L: [{ S: 'first' }, { M: { deep: { N: '3.0' } } }] } }, true],
    ['entries = :v', { ':v': { L: [{ S: 'first' }] } }, false],
    ['nested = :v', { ':v': { M: { within_it: { S: 'value' }, empty: { M: {} } } } }, true],
    ['nested = :v', { ':v': { M: { within_it: { S: 'value' } } } }, false],
    ['emptyText = :v', { ':v': { S: '' } }, true],
    ['NOT epoch = :v', { ':v': { N: '8' } }, true],
    ['NOT (epoch = :a OR holder = :b)', { ':a': { N: '8' }, ':b': { S: 'eu-west-1' } }, false],
    // AND binds more tightly than OR, NOT more tightly than AND.
    ['epoch = :a OR epoch = :b AND holder = :c', { ':a': { N: '7' }, ':b': { N: '7' }, ':c': { S: 'x' } }, true],
    ['(epoch = :a OR epoch = :b) AND holder = :c', { ':a': { N: '7' }, ':b': { N: '7' }, ':c': { S: 'x' } }, false],
    ['not epoch = :a and holder = :b', { ':a': { N: '8' }, ':b': { S: 'eu-west-1' } }, true],
  ])('%s', (expression, values, expected) => {
    expect(holds(expression, values)).toBe(expected);
  });

  test('strings compare by their UTF-8 bytes, not by UTF-16 units', () => {
    const emoji = itemHolds({ text: { S: '\u{1F600}' } });
    expect(emoji('#t > :v', { ':v': { S: '\uFF5E' } }, { '#t': 'text' })).toBe(true);
  });

  test('names may hide reserved words and dots', () => {
    const odd = itemHolds({ status: { S: 'ok' }, 'a.b': { N: '1' } });
    expect(odd('#s = :v AND #d = :n', { ':v': { S: 'ok' }, ':n': { N: '1' } }, { '#s': 'status', '#d': 'a.b' })).toBe(
      true,
    );
  });
});

describe('a malformed condition is refused in the words of DynamoDB', () => {
  const { service } = dynamoDb();
  provision(service, 'AWS::DynamoDB::Table', plainTable, region);
  const put = (input: Record<string, unknown>) =>
    refused(() => send(service, region, 'PutItem', { TableName: 'plain', Item: { pk: { S: 'a' } }, ...input }));

  test.each<[string, Record<string, unknown>, string]>([
    ['an empty one', { ConditionExpression: ' ' }, 'Invalid ConditionExpression: The expression can not be empty;'],
    [
      'a reserved word',
      { ConditionExpression: 'status = :v', ExpressionAttributeValues: { ':v': { S: 'x' } } },
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'an undefined value',
      { ConditionExpression: 'epoch = :v' },
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
    ],
    [
      'an undefined name',
      { ConditionExpression: 'attribute_exists(#n)' },
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
    ],
    [
      'an unused name',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { '#n': 'x' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}',
    ],
    [
      'an unused value',
      { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':n': { S: 'x' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}',
    ],
    [
      'names without an expression',
      { ExpressionAttributeNames: { '#n': 'x' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      'a dangling operator',
      { ConditionExpression: 'epoch = ' },
      'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="',
    ],
    [
      'two operands side by side',
      { ConditionExpression: 'epoch holder' },
      'Invalid ConditionExpression: Syntax error; token: "holder", near: "epoch holder"',
    ],
    [
      'an operator that does not exist',
      { ConditionExpression: 'epoch == :v' },
      'Invalid ConditionExpression: Syntax error; token: "=", near: "= = :v"'.replace('= = ', '== '),
    ],
    [
      'a foreign character',
      { ConditionExpression: 'epoch ! :v' },
      'Invalid ConditionExpression: Syntax error; token: "!", near: "epoch ! :v"',
    ],
    [
      'an unknown function',
      { ConditionExpression: 'exists(epoch)' },
      'Invalid ConditionExpression: Invalid function name; function: exists',
    ],
    [
      'an ordering of truth values',
      { ConditionExpression: 'epoch > :v', ExpressionAttributeValues: { ':v': { BOOL: true } } },
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: >, operand type: BOOL',
    ],
    [
      'a prefix that is a number',
      { ConditionExpression: 'NOT begins_with(holder, :v)', ExpressionAttributeValues: { ':v': { N: '1' } } },
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'a type that does not exist',
      { ConditionExpression: 'attribute_type(epoch, :v)', ExpressionAttributeValues: { ':v': { S: 'Q' } } },
      'Invalid ConditionExpression: Invalid attribute type name found; type: Q, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'bounds the wrong way round',
      {
        ConditionExpression: 'epoch BETWEEN :a AND :b AND attribute_exists(pk)',
        ExpressionAttributeValues: { ':a': { N: '2' }, ':b': { N: '1' } },
      },
      'Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      'bounds of two types',
      {
        ConditionExpression: 'epoch BETWEEN :a AND :b',
        ExpressionAttributeValues: { ':a': { N: '2' }, ':b': { S: '1' } },
      },
      'Invalid ConditionExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:1}',
    ],
  ])('%s', (_name, input, message) => {
    expect(put(input)).toMatchObject({ name: 'ValidationException', message, statusCode: 400 });
  });
});
