import type { ContractCall, ContractCase, Refusal } from '../../contract-case.ts';
import type { TableName } from '../tables.ts';

export type Attributes = Readonly<Record<string, unknown>>;
export type DynamoDbCase = ContractCase<TableName>;

export const key = { pk: { S: 'a' } };

export function call(operation: string, input: Attributes, answer: Attributes | Refusal = {}): ContractCall {
  return { operation, input, answer };
}

/** Puts an item with partition key `a`. */
export function put(item: Attributes, answer: Attributes | Refusal = {}): ContractCall {
  return call('PutItem', { Item: { ...key, ...item } }, answer);
}

export function update(
  UpdateExpression: string,
  ExpressionAttributeValues: Attributes | undefined,
  answer: Attributes | Refusal,
  more: Attributes = {},
): ContractCall {
  const values = ExpressionAttributeValues === undefined ? {} : { ExpressionAttributeValues };
  return call('UpdateItem', { Key: key, UpdateExpression, ...values, ...more }, answer);
}

/** Reads the item with partition key `a`. */
export function found(item: Attributes | undefined): ContractCall {
  return call('GetItem', { Key: key, ConsistentRead: true }, item === undefined ? {} : { Item: { ...key, ...item } });
}

/** DynamoDB Local has other words for some mistakes. */
export function refused(message?: string, local?: string): Refusal {
  return {
    error: 'ValidationException',
    ...(message === undefined ? {} : { message }),
    ...(local === undefined ? {} : { otherWords: { 'dynamodb-local': local } }),
  };
}

/** The item is there where ReturnValuesOnConditionCheckFailure asked for it. */
export function failed(item?: Attributes): Refusal {
  const members = item === undefined ? {} : { members: { Item: item } };
  return { error: 'ConditionalCheckFailedException', message: 'The conditional request failed', ...members };
}

type Asked = readonly [condition: string, values: Attributes | undefined, holds: boolean | Refusal, names?: Attributes];

/** Which conditions hold for an item, asked by writing it again. */
export function conditions(id: string, item: Attributes, asked: readonly Asked[]): DynamoDbCase {
  const calls = asked.map(([ConditionExpression, values, holds, names]) =>
    call(
      'PutItem',
      {
        Item: { ...key, ...item },
        ConditionExpression,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
        ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
      },
      holds === true ? {} : holds === false ? failed() : holds,
    ),
  );
  return { id: `dynamodb/${id}`, subject: 'plain', calls: [put(item), ...calls] };
}

export function plainCase(id: string, calls: readonly ContractCall[]): DynamoDbCase {
  return { id: `dynamodb/${id}`, subject: 'plain', calls };
}
