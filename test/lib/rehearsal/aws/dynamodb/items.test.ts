import { describe, expect, test } from '@jest/globals';
import { provision, refused, send } from '../world-fake.ts';
import { dynamoDb, keyArn, pairTable, plainTable, region } from './tables.ts';

function table() {
  const { world, service } = dynamoDb();
  provision(service, 'AWS::DynamoDB::Table', plainTable, region);
  provision(service, 'AWS::DynamoDB::Table', pairTable, region);
  return {
    world,
    service,
    ask: (operation: string, input: Record<string, unknown>) =>
      send(service, region, operation, { TableName: 'plain', ...input }),
    read: () => send(service, region, 'GetItem', { TableName: 'plain', Key: { pk: { S: 'a' } } }).Item,
  };
}
const Key = { pk: { S: 'a' } };

describe('put, get and delete', () => {
  test('an item comes back as it was put, with numbers in one form', () => {
    const { ask, read } = table();
    ask('PutItem', {
      Item: { ...Key, n: { N: '001.500' }, big: { N: '1E+20' }, small: { N: '-0.0010' }, zero: { N: '-0' } },
    });
    expect(read()).toEqual({
      ...Key,
      n: { N: '1.5' },
      big: { N: '100000000000000000000' },
      small: { N: '-0.001' },
      zero: { N: '0' },
    });
  });

  test('an item that is not there gives no Item', () => {
    expect(table().ask('GetItem', { Key })).toEqual({});
  });

  test('what the caller changes afterwards does not change the table', () => {
    const { ask, read } = table();
    const Item = { ...Key, list: { L: [{ S: 'x' }] } };
    ask('PutItem', { Item });
    Item.list.L.push({ S: 'y' });
    const first = read() as typeof Item;
    first.list.L.push({ S: 'z' });
    expect(read()).toEqual({ ...Key, list: { L: [{ S: 'x' }] } });
  });

  test('a put replaces the whole item and gives the old one when asked', () => {
    const { ask, read } = table();
    ask('PutItem', { Item: { ...Key, a: { S: '1' } } });
    expect(ask('PutItem', { Item: { ...Key, b: { S: '2' } }, ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { ...Key, a: { S: '1' } },
    });
    expect(read()).toEqual({ ...Key, b: { S: '2' } });
  });

  test('only one of two writers that demand absence gets through', () => {
    const { ask } = table();
    const put = () => ask('PutItem', { Item: Key, ConditionExpression: 'attribute_not_exists(pk)' });
    put();
    expect(refused(put)).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      members: {},
    });
  });

  test('a failed condition gives the item when asked', () => {
    const { ask } = table();
    ask('PutItem', { Item: { ...Key, epoch: { N: '3' } } });
    const error = refused(() =>
      ask('UpdateItem', {
        Key,
        UpdateExpression: 'SET epoch = :n',
        ConditionExpression: 'epoch = :o',
        ExpressionAttributeValues: { ':n': { N: '5' }, ':o': { N: '4' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    expect(error.members).toEqual({ Item: { ...Key, epoch: { N: '3' } } });
  });

  test('a delete gives the old item when asked and is silent about nothing', () => {
    const { ask, read } = table();
    ask('PutItem', { Item: Key });
    expect(ask('DeleteItem', { Key, ReturnValues: 'ALL_OLD' })).toEqual({ Attributes: Key });
    expect(ask('DeleteItem', { Key, ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(read()).toBeUndefined();
  });

  test('a projection gives parts of an item in their places', () => {
    const { ask } = table();
    ask('PutItem', {
      Item: {
        ...Key,
        m: { M: { x: { N: '1' }, y: { N: '2' } } },
        l: { L: [{ S: 'p' }, { S: 'q' }, { M: { z: { S: 'r' }, w: { S: 's' } } }] },
      },
    });
    const projected = ask('GetItem', {
      Key,
      ProjectionExpression: 'm.#x, l[2].z, l[2].w, l[0], absent, l[9], pk.deep',
      ExpressionAttributeNames: { '#x': 'x' },
    });
    expect(projected.Item).toEqual({
      m: { M: { x: { N: '1' } } },
      l: { L: [{ S: 'p' }, { M: { z: { S: 'r' }, w: { S: 's' } } }] },
    });
  });

  test('a table is known by its ARN too', () => {
    const { service, ask } = table();
    ask('PutItem', { Item: Key });
    const TableName = `arn:aws:dynamodb:${region}:111122223333:table/plain`;
    expect(send(service, region, 'GetItem', { TableName, Key })).toEqual({ Item: Key });
  });
});

describe('update', () => {
  const start = {
    ...Key,
    n: { N: '1' },
    l: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
    m: { M: { k: { N: '1' } } },
    s: { SS: ['x', 'y'] },
  };
  const values = (...entries: [string, unknown][]) => Object.fromEntries(entries);

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['SET n = n + :v', { ':v': { N: '41' } }, { n: { N: '42' } }],
    ['SET n = n - :v', { ':v': { N: '0.1' } }, { n: { N: '0.9' } }],
    ['SET n = :v - n', { ':v': { N: '1' } }, { n: { N: '0' } }],
    ['SET n = if_not_exists(absent, :v)', { ':v': { N: '9' } }, { n: { N: '9' } }],
    ['SET n = if_not_exists(n, :v)', { ':v': { N: '9' } }, { n: { N: '1' } }],
    ['SET #c = if_not_exists(#c, :z) + :v', { ':z': { N: '0' }, ':v': { N: '1' } }, { counter: { N: '1' } }],
    [
      'SET l = list_append(l, :v)',
      { ':v': { L: [{ S: 'd' }] } },
      { l: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }, { S: 'd' }] } },
    ],
    [
      'SET l = list_append(:v, l)',
      { ':v': { L: [{ S: '0' }] } },
      { l: { L: [{ S: '0' }, { S: 'a' }, { S: 'b' }, { S: 'c' }] } },
    ],
    ['SET l[1] = :v', { ':v': { S: 'B' } }, { l: { L: [{ S: 'a' }, { S: 'B' }, { S: 'c' }] } }],
    ['SET l[9] = :v', { ':v': { S: 'd' } }, { l: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }, { S: 'd' }] } }],
    ['SET m.z = :v', { ':v': { S: 'new' } }, { m: { M: { k: { N: '1' }, z: { S: 'new' } } } }],
    ['REMOVE l[0], l[2]', {}, { l: { L: [{ S: 'b' }] } }],
    ['REMOVE m.k', {}, { m: { M: {} } }],
    ['REMOVE absent', {}, {}],
    ['ADD n :v', { ':v': { N: '-3' } }, { n: { N: '-2' } }],
    ['ADD fresh :v', { ':v': { N: '5' } }, { fresh: { N: '5' } }],
    ['ADD s :v', { ':v': { SS: ['y', 'z'] } }, { s: { SS: ['x', 'y', 'z'] } }],
    ['DELETE s :v', { ':v': { SS: ['y'] } }, { s: { SS: ['x'] } }],
    ['DELETE absent :v', { ':v': { SS: ['y'] } }, {}],
    // Every right-hand side reads the item as it was.
    ['SET n = m.k, m.k = n ADD fresh :v', { ':v': { N: '1' } }, { fresh: { N: '1' } }],
  ])('%s', (UpdateExpression, ExpressionAttributeValues, changed) => {
    const { ask } = table();
    ask('PutItem', { Item: start });
    const { Attributes } = ask('UpdateItem', {
      Key,
      UpdateExpression,
      ReturnValues: 'ALL_NEW',
      ...(Object.keys(ExpressionAttributeValues).length === 0 ? {} : { ExpressionAttributeValues }),
      ...(UpdateExpression.includes('#c') ? { ExpressionAttributeNames: { '#c': 'counter' } } : {}),
    });
    expect(Attributes).toEqual({ ...start, ...changed });
  });

  test('deleting the last members of a set removes the attribute', () => {
    const { ask } = table();
    ask('PutItem', { Item: start });
    const { Attributes } = ask('UpdateItem', {
      Key,
      UpdateExpression: 'DELETE s :v',
      ExpressionAttributeValues: values([':v', { SS: ['x', 'y'] }]),
      ReturnValues: 'ALL_NEW',
    });
    expect(Attributes).not.toHaveProperty('s');
  });

  test('an update of nothing creates the item', () => {
    const { ask, read } = table();
    expect(ask('UpdateItem', { Key })).toEqual({});
    expect(read()).toEqual(Key);
  });

  test.each<[string, unknown]>([
    ['NONE', undefined],
    ['ALL_OLD', start],
    ['UPDATED_OLD', { n: { N: '1' }, m: { M: { k: { N: '1' } } } }],
    ['UPDATED_NEW', { n: { N: '2' }, m: { M: { k: { N: '2' } } } }],
  ])('ReturnValues %s', (ReturnValues, expected) => {
    const { ask } = table();
    ask('PutItem', { Item: start });
    const answer = ask('UpdateItem', {
      Key,
      UpdateExpression: 'SET n = :v, m.k = :v',
      ExpressionAttributeValues: { ':v': { N: '2' } },
      ReturnValues,
    });
    expect(answer.Attributes).toEqual(expected);
  });

  test('UPDATED_OLD of a new attribute gives nothing', () => {
    const { ask } = table();
    ask('PutItem', { Item: start });
    expect(
      ask('UpdateItem', {
        Key,
        UpdateExpression: 'SET fresh = :v',
        ExpressionAttributeValues: { ':v': { N: '2' } },
        ReturnValues: 'UPDATED_OLD',
      }),
    ).toEqual({});
  });

  test.each<[string, Record<string, unknown> | undefined, string]>([
    [
      'SET pk = :v',
      { ':v': { S: 'b' } },
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    ['SET n = absent', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET n = n + :v', { ':v': { S: 'x' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET l = list_append(n, :v)',
      { ':v': { L: [] } },
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'SET absent.deep = :v',
      { ':v': { S: 'x' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['REMOVE absent.deep', undefined, 'The document path provided in the update expression is invalid for update'],
    [
      'SET n.deep = :v',
      { ':v': { S: 'x' } },
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'ADD n :v',
      { ':v': { S: 'x' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: S',
    ],
    ['ADD n :v', { ':v': { SS: ['x'] } }, 'An operand in the update expression has an incorrect data type'],
    [
      'ADD n :v',
      { ':v': { BOOL: true } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: BOOL',
    ],
    [
      'DELETE s :v',
      { ':v': { S: 'x' } },
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: S',
    ],
    ['DELETE s :v', { ':v': { NS: ['1'] } }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET m = :v, m.k = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, k]',
    ],
    [
      'REMOVE l[0] SET l[0] = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [l, [0]], path two: [l, [0]]',
    ],
    [
      'SET n = :v SET m = :v',
      { ':v': { N: '1' } },
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ['SET n = lower(m)', undefined, 'Invalid UpdateExpression: Invalid function name; function: lower'],
    ['n = :v', { ':v': { N: '1' } }, 'Invalid UpdateExpression: Syntax error; token: "n", near: "n ="'],
    ['SET n = :v,', { ':v': { N: '1' } }, 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'],
    ['SET l[x] = :v', { ':v': { N: '1' } }, 'Invalid UpdateExpression: Syntax error; token: "x", near: "[x]"'],
    ['ADD n m', undefined, 'Invalid UpdateExpression: Syntax error; token: "m", near: "n m"'],
    ['SET = :v', { ':v': { N: '1' } }, 'Invalid UpdateExpression: Syntax error; token: "=", near: "SET = :v"'],
  ])('%s is refused', (UpdateExpression, ExpressionAttributeValues, message) => {
    const { ask, read } = table();
    ask('PutItem', { Item: start });
    expect(refused(() => ask('UpdateItem', { Key, UpdateExpression, ExpressionAttributeValues }))).toMatchObject({
      name: 'ValidationException',
      message,
    });
    expect(read()).toEqual(start);
  });
});

describe('what DynamoDB refuses of items and keys', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    [
      'a key with more than the key',
      'GetItem',
      { Key: { ...Key, x: { S: 'y' } } },
      'The provided key element does not match the schema',
    ],
    [
      'a key of another type',
      'GetItem',
      { Key: { pk: { N: '1' } } },
      'The provided key element does not match the schema',
    ],
    [
      'an empty key',
      'GetItem',
      { Key: { pk: { S: '' } } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'a key that is too long',
      'PutItem',
      { Item: { pk: { S: 'x'.repeat(2049) } } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'an item without its key',
      'PutItem',
      { Item: { x: { S: 'y' } } },
      'One or more parameter values were invalid: Missing the key pk in the item',
    ],
    [
      'an item whose key has another type',
      'PutItem',
      { Item: { pk: { N: '1' } } },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      'an item over 400 KB',
      'PutItem',
      { Item: { ...Key, x: { S: 'y'.repeat(400 * 1024) } } },
      'Item size has exceeded the maximum allowed size',
    ],
    [
      'text as a number',
      'PutItem',
      { Item: { ...Key, n: { N: 'seven' } } },
      'The parameter cannot be converted to a numeric value: seven',
    ],
    [
      'too many digits',
      'PutItem',
      { Item: { ...Key, n: { N: `1.${'1'.repeat(38)}` } } },
      'Attempting to store more than 38 significant digits in a Number',
    ],
    [
      'a number that is too large',
      'PutItem',
      { Item: { ...Key, n: { N: '1e126' } } },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      'a number that is too small',
      'PutItem',
      { Item: { ...Key, n: { N: '1e-131' } } },
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    ],
    [
      'an empty set',
      'PutItem',
      { Item: { ...Key, s: { SS: [] } } },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'an empty set of numbers',
      'PutItem',
      { Item: { ...Key, s: { NS: [] } } },
      'One or more parameter values were invalid: An number set  may not be empty',
    ],
    [
      'a set with duplicates',
      'PutItem',
      { Item: { ...Key, s: { NS: ['1', '1.0'] } } },
      'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.',
    ],
    [
      'a value without a type',
      'PutItem',
      { Item: { ...Key, s: {} } },
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    ['wrong return values', 'PutItem', { Item: Key, ReturnValues: 'ALL_NEW' }, 'Return values set to invalid value'],
  ])('%s', (_name, operation, input, message) => {
    expect(refused(() => table().ask(operation, input))).toMatchObject({ name: 'ValidationException', message });
  });

  test('an update may not make an item too large', () => {
    const { ask } = table();
    const input = {
      Key,
      UpdateExpression: 'SET x = :v',
      ExpressionAttributeValues: {
        ':v': { L: [{ B: new Uint8Array(400 * 1024) }, { BOOL: true }, { M: { n: { N: '-12.50' } } }, { SS: ['a'] }] },
      },
    };
    expect(refused(() => ask('UpdateItem', input)).message).toBe(
      'Item size to update has exceeded the maximum allowed size',
    );
  });

  test('an empty binary key names its kind', () => {
    const { service } = dynamoDb();
    provision(
      service,
      'AWS::DynamoDB::Table',
      { ...plainTable, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'B' }] },
      region,
    );
    const put = () => send(service, region, 'PutItem', { TableName: 'plain', Item: { pk: { B: new Uint8Array() } } });
    expect(refused(put).message).toContain('an empty binary value');
  });

  test('a long sort key is measured by its own limit', () => {
    const { service } = dynamoDb();
    const AttributeDefinitions = pairTable.AttributeDefinitions.map((one) => ({ ...one, AttributeType: 'S' }));
    provision(service, 'AWS::DynamoDB::Table', { ...pairTable, AttributeDefinitions }, region);
    const put = () =>
      send(service, region, 'PutItem', { TableName: 'pairs', Item: { pk: { S: 'a' }, sk: { S: 'x'.repeat(1025) } } });
    expect(refused(put).message).toContain(
      'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    );
  });

  test('a table that is not in the region', () => {
    const { service } = table();
    const get = () => send(service, 'us-east-1', 'GetItem', { TableName: 'plain', Key });
    expect(refused(get)).toMatchObject({ name: 'ResourceNotFoundException', message: 'Requested resource not found' });
  });

  test('a call without a table', () => {
    const { service } = table();
    expect(refused(() => send(service, region, 'GetItem', { Key })).message).toContain("Value null at 'tableName'");
  });
});

describe('what the world does not simulate is named', () => {
  test('an operation', () => {
    const { service } = table();
    expect(refused(() => send(service, region, 'BatchGetItem', {}))).toMatchObject({
      name: 'UnknownOperationException',
      message: 'not simulated: DynamoDB BatchGetItem',
    });
  });

  test('a parameter', () => {
    expect(() => table().ask('PutItem', { Item: Key, ReturnItemCollectionMetrics: 'SIZE' })).toThrow(
      'not simulated: DynamoDB PutItem ReturnItemCollectionMetrics',
    );
    expect(() => table().ask('PutItem', { Item: Key, Expected: {} })).toThrow(
      'not simulated: DynamoDB PutItem Expected',
    );
  });

  test('parameters at their defaults are let pass', () => {
    expect(
      table().ask('PutItem', { Item: Key, ReturnConsumedCapacity: 'NONE', ReturnItemCollectionMetrics: undefined }),
    ).toEqual({});
  });
});

describe('what a caller must be allowed', () => {
  const call = (operation: string, input: Record<string, unknown>) => ({
    caller: { principal: 'role', name: 'function', accountId: '111122223333', region },
    region,
    operation,
    input,
  });

  test('the action on the table, with the leading key', () => {
    const { service } = table();
    expect(service.demands(call('GetItem', { TableName: 'plain', Key }))).toEqual([
      {
        action: 'dynamodb:GetItem',
        resource: `arn:aws:dynamodb:${region}:111122223333:table/plain`,
        context: { 'dynamodb:LeadingKeys': ['a'] },
      },
    ]);
    const query = {
      TableName: 'pairs',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'z' } },
    };
    expect(service.demands(call('Query', query))[0]?.context).toEqual({ 'dynamodb:LeadingKeys': ['z'] });
    expect(service.demands(call('Scan', { TableName: 'pairs' }))).toEqual([
      { action: 'dynamodb:Scan', resource: `arn:aws:dynamodb:${region}:111122223333:table/pairs` },
    ]);
    expect(service.demands(call('Scan', { TableName: 'nowhere' }))[0]?.resource).toContain('table/nowhere');
    expect(() => service.demands(call('ListTables', {}))).toThrow('not simulated: DynamoDB ListTables');
  });

  test('decryption with the key of the table, through DynamoDB', () => {
    const { service } = dynamoDb();
    provision(
      service,
      'AWS::DynamoDB::Table',
      { ...plainTable, SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn } },
      region,
    );
    expect(service.demands(call('PutItem', { TableName: 'plain', Item: Key }))[1]).toEqual({
      action: 'kms:Decrypt',
      resource: keyArn,
      context: {
        'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
        'kms:CallerAccount': '111122223333',
        'kms:ResourceAliases': ['alias/bank'],
        'kms:EncryptionContext:aws:dynamodb:tableName': 'plain',
        'kms:EncryptionContext:aws:dynamodb:subscriberId': '111122223333',
      },
    });
  });
});
