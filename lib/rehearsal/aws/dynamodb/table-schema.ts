import { validation } from './validation.ts';
import { type AttributeValue, compareValues, type Item, setKey, typeOf } from './values.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface TableSchema {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (bytes) */
const partitionKeyLimitBytes = 2048;
const sortKeyLimitBytes = 1024;

export function keyAttributes(schema: TableSchema): KeyAttribute[] {
  return schema.sortKey === undefined ? [schema.partitionKey] : [schema.partitionKey, schema.sortKey];
}

export function keyOf(item: Readonly<Item>, schema: TableSchema): Item {
  return Object.fromEntries(keyAttributes(schema).map(({ name }) => [name, item[name]!]));
}

/** A `Key` parameter: exactly the key attributes with their types. */
export function checkKey(key: Readonly<Item>, schema: TableSchema): void {
  const attributes = keyAttributes(schema);
  const fits =
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => key[name] !== undefined && typeOf(key[name]) === type);
  if (!fits) throw validation('The provided key element does not match the schema');
  checkKeySizes(key, schema);
}

/** The key attributes of an item that is put. */
export function checkItemKey(item: Readonly<Item>, schema: TableSchema): void {
  for (const { name, type } of keyAttributes(schema)) {
    const value = item[name];
    const invalid = 'One or more parameter values were invalid:';
    if (value === undefined) throw validation(`${invalid} Missing the key ${name} in the item`);
    const actual = typeOf(value);
    if (actual !== type)
      throw validation(`${invalid} Type mismatch for key ${name} expected: ${type} actual: ${actual}`);
  }
  checkKeySizes(item, schema);
}

function checkKeySizes(item: Readonly<Item>, schema: TableSchema): void {
  for (const { name } of keyAttributes(schema)) {
    const value = item[name]!;
    const bytes = keyBytes(value);
    if (bytes === 0) {
      const kind = value.S === undefined ? 'binary' : 'string';
      throw validation(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
      );
    }
    const sort = name === schema.sortKey?.name;
    const limit = sort ? sortKeyLimitBytes : partitionKeyLimitBytes;
    if (bytes <= limit) continue;
    throw validation(
      sort
        ? `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${limit} bytes`
        : // DynamoDB leaves the space out: claim dynamodb.refusal-words.
          `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${limit} bytes`,
    );
  }
}

function keyBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  return value.B?.byteLength ?? 1;
}

/** The order in which a table gives its items: partitions by the text of their key, items by the sort key. */
export function compareKeys(a: Readonly<Item>, b: Readonly<Item>, schema: TableSchema): number {
  const left = setKey(a[schema.partitionKey.name]!);
  const right = setKey(b[schema.partitionKey.name]!);
  if (left !== right) return left < right ? -1 : 1;
  const name = schema.sortKey?.name;
  return name === undefined ? 0 : (compareValues(a[name]!, b[name]!) ?? 0);
}
