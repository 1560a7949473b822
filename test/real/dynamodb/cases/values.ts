import { call, type DynamoDbCase, found, key, plainCase, put, refused, update } from './notation.ts';

const invalid = 'One or more parameter values were invalid:';
const keysTooLong =
  'Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes';
const notANumber = 'A value provided cannot be converted into a number';
const one = { ':one': { N: '1' } };

/** Values, sizes, keys and the words of refusals. */
export const valueCases: readonly DynamoDbCase[] = [
  plainCase('numbers-normalised', [
    put({
      a: { N: '0010.500' },
      b: { N: '1E3' },
      c: { N: '-0' },
      d: { N: '1.5e-5' },
      e: { N: '123456789012345678901234567890.12345678' },
    }),
    found({
      a: { N: '10.5' },
      b: { N: '1000' },
      c: { N: '0' },
      d: { N: '0.000015' },
      e: { N: '123456789012345678901234567890.12345678' },
    }),
  ]),
  plainCase('numbers-precision', [
    put(
      { n: { N: '1234567890123456789012345678901234567.89' } },
      refused(
        'Attempting to store more than 38 significant digits in a Number',
        'DynamoDB only supports precision up to 38 digits',
      ),
    ),
    put(
      { n: { N: '1E126' } },
      refused('Number overflow. Attempting to store a number with magnitude larger than supported range'),
    ),
    put(
      { n: { N: '1E-131' } },
      refused('Number underflow. Attempting to store a number with magnitude smaller than supported range'),
    ),
    put({ n: { N: 'ten' } }, refused('The parameter cannot be converted to a numeric value: ten', notANumber)),
    put({ n: { N: '' } }, refused('The parameter cannot be converted to a numeric value', notANumber)),
  ]),
  plainCase('numbers-add-exactly', [
    put({ n: { N: '0.1' } }),
    update(
      'SET n = n + :v',
      { ':v': { N: '0.2' } },
      { Attributes: { n: { N: '0.3' } } },
      { ReturnValues: 'UPDATED_NEW' },
    ),
    put({ n: { N: '99999999999999999999999999999999999999' } }),
    update(
      'SET n = n + :one',
      one,
      { Attributes: { n: { N: '100000000000000000000000000000000000000' } } },
      { ReturnValues: 'UPDATED_NEW' },
    ),
    update('SET n = n + :one', one, refused()),
  ]),
  plainCase('empty-values', [
    put({ s: { S: '' }, b: { B: new Uint8Array() }, l: { L: [] }, m: { M: {} } }),
    found({ s: { S: '' }, b: { B: new Uint8Array() }, l: { L: [] }, m: { M: {} } }),
  ]),
  plainCase('empty-sets', [
    put({ s: { SS: [] } }, refused(`${invalid} An string set  may not be empty`)),
    put({ s: { NS: [] } }, refused(`${invalid} An number set  may not be empty`)),
  ]),
  plainCase('sets-with-duplicates', [
    put(
      { s: { SS: ['a', 'a'] } },
      refused(
        `${invalid} Input collection [a, a] contains duplicates.`,
        `${invalid} Input collection [a, a] contains duplicates`,
      ),
    ),
    put({ s: { NS: ['1', '1.0'] } }, refused()),
  ]),
  plainCase('empty-keys', [
    call(
      'PutItem',
      { Item: { pk: { S: '' } } },
      refused(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
      ),
    ),
    call('GetItem', { Key: { pk: { S: '' } } }, refused()),
  ]),
  plainCase('wrong-keys', [
    call(
      'PutItem',
      { Item: { elsewhere: { S: 'a' } } },
      refused(`${invalid} Missing the key pk in the item`, 'One of the required keys was not given a value'),
    ),
    call(
      'PutItem',
      { Item: { pk: { N: '1' } } },
      refused(`${invalid} Type mismatch for key pk expected: S actual: N`, `${invalid} Type mismatch for key`),
    ),
    call(
      'GetItem',
      { Key: { pk: { N: '1' } } },
      refused('The provided key element does not match the schema', `${invalid} Type mismatch for key`),
    ),
    call(
      'GetItem',
      { Key: { elsewhere: { S: 'a' } } },
      refused('The provided key element does not match the schema', 'One of the required keys was not given a value'),
    ),
    call(
      'DeleteItem',
      { Key: { ...key, elsewhere: { S: 'a' } } },
      refused('The provided key element does not match the schema', 'The number of conditions on the keys is invalid'),
    ),
  ]),
  plainCase('key-size', [
    call('PutItem', { Item: { pk: { S: 'x'.repeat(2048) } } }),
    call(
      'PutItem',
      { Item: { pk: { S: 'x'.repeat(2049) } } },
      refused(`${invalid} Size of hashkey has exceeded the maximum size limit of2048 bytes`, keysTooLong),
    ),
  ]),
  {
    id: 'dynamodb/sort-key-size',
    subject: 'lettered',
    calls: [
      call('PutItem', { Item: { ...key, sk: { S: 'x'.repeat(1024) } } }),
      call(
        'PutItem',
        { Item: { ...key, sk: { S: 'x'.repeat(1025) } } },
        refused(`${invalid} Aggregated size of all range keys has exceeded the size limit of 1024 bytes`, keysTooLong),
      ),
    ],
  },
  plainCase('item-size', [
    // pk and a take 2 + 1 + 1 bytes besides the text.
    put({ a: { S: 'x'.repeat(400 * 1024 - 4) } }),
    put({ a: { S: 'x'.repeat(400 * 1024 - 3) } }, refused('Item size has exceeded the maximum allowed size')),
    update('SET b = :one', one, refused('Item size to update has exceeded the maximum allowed size')),
  ]),
  plainCase('missing-table', [
    call('GetItem', { TableName: 'nowhere', Key: key }, { error: 'ResourceNotFoundException' }),
    call('PutItem', { TableName: 'nowhere', Item: key }, { error: 'ResourceNotFoundException' }),
  ]),
  plainCase('reserved-words', [
    update(
      'SET status = :one',
      one,
      refused('Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status'),
    ),
    update('SET #status = :one', one, {}, { ExpressionAttributeNames: { '#status': 'status' } }),
    call(
      'GetItem',
      { Key: key, ProjectionExpression: 'Region' },
      refused('Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: Region'),
    ),
  ]),
  plainCase('placeholders', [
    update(
      'SET n = :two',
      one,
      refused(
        'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :two',
      ),
    ),
    update(
      'SET #n = :one',
      one,
      refused(
        'Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
      ),
    ),
    update(
      'SET n = :one',
      { ...one, ':two': { N: '2' } },
      refused('Value provided in ExpressionAttributeValues unused in expressions: keys: {:two}'),
    ),
    update(
      'SET n = :one',
      one,
      refused('Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}'),
      { ExpressionAttributeNames: { '#n': 'n' } },
    ),
    call(
      'PutItem',
      { Item: key, ExpressionAttributeValues: one },
      refused('ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null'),
    ),
  ]),
  plainCase('placeholders-without-expressions', [
    call(
      'UpdateItem',
      { Key: key, ExpressionAttributeNames: { '#n': 'n' } },
      refused('ExpressionAttributeNames can only be specified when using expressions'),
    ),
    call(
      'GetItem',
      { Key: key, ExpressionAttributeNames: { '#n': 'n' } },
      refused('ExpressionAttributeNames can only be specified when using expressions'),
    ),
    call(
      'UpdateItem',
      { Key: key, ExpressionAttributeValues: one },
      refused(
        'ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null',
      ),
    ),
    call(
      'DeleteItem',
      { Key: key, ExpressionAttributeValues: one },
      refused('ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null'),
    ),
    call(
      'Scan',
      { ExpressionAttributeValues: one },
      refused('ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null'),
    ),
  ]),
  plainCase('syntax', [
    update('ADD n m', undefined, refused('Invalid UpdateExpression: Syntax error; token: "m", near: "n m"')),
    update('SET l[x] = :one', one, refused('Invalid UpdateExpression: Syntax error; token: "x", near: "[x]"')),
    update('SET n = :one,', one, refused('Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","')),
    update('SET', undefined, refused('Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"')),
    update('SET n == :one', one, refused('Invalid UpdateExpression: Syntax error; token: "=", near: "== :one"')),
    update('', undefined, refused('Invalid UpdateExpression: The expression can not be empty;')),
    call(
      'PutItem',
      { Item: key, ConditionExpression: 'exists(pk)' },
      refused('Invalid ConditionExpression: Invalid function name; function: exists'),
    ),
    call(
      'PutItem',
      { Item: key, ConditionExpression: 'n = :one AND', ExpressionAttributeValues: one },
      refused('Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "AND"'),
    ),
  ]),
  plainCase('syntax-of-functions', [
    update(
      'SET n = size(n)',
      undefined,
      refused('Invalid UpdateExpression: The function is not allowed in an update expression; function: size'),
    ),
    update('SET n = halve(n)', undefined, refused('Invalid UpdateExpression: Invalid function name; function: halve')),
    ...(
      [
        ['if_not_exists(n, n) = n', 'The function is not allowed in a condition expression; function: if_not_exists'],
        [
          'begins_with(n)',
          'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
        ],
        ['AND (n = n)', 'Syntax error; token: "AND", near: "AND ("'],
        [
          'contains(n, n, n)',
          'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 3',
        ],
        ['attribute_exists()', 'Syntax error; token: ")", near: "()"'],
        ['attribute_exists(n) AND', 'Syntax error; token: "<EOF>", near: "AND"'],
        ['(n = n', 'Syntax error; token: "<EOF>", near: "n"'],
        ['n = n n', 'Syntax error; token: "n", near: "n n"'],
        ['n ! n', 'Syntax error; token: "!", near: "n ! n"'],
        ['n & n', 'Syntax error; token: "&", near: "n & n"'],
      ] as const
    ).map(([ConditionExpression, words]) =>
      call('PutItem', { Item: key, ConditionExpression }, refused(`Invalid ConditionExpression: ${words}`)),
    ),
  ]),
  plainCase('read-your-writes', [
    put({ n: { N: '1' } }),
    found({ n: { N: '1' } }),
    put({ m: { N: '1' } }),
    found({ m: { N: '1' } }),
  ]),
];
