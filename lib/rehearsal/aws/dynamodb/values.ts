import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compareNumbers, normalizeNumber } from './decimal.ts';
import { validation } from './validation.ts';

export type { AttributeValue };
export type Item = Record<string, AttributeValue>;

export const valueTypes = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M'] as const;
export type ValueType = (typeof valueTypes)[number];

export function typeOf(value: AttributeValue): ValueType {
  for (const type of valueTypes) {
    if (value[type as keyof AttributeValue] !== undefined) return type;
  }
  throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/** Deep copy with checked, normalised numbers and sets: what is stored shares nothing with what the caller holds. */
export function storedValue(value: AttributeValue): AttributeValue {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: normalizeNumber(value.N) };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL !== undefined) return { NULL: true };
  if (value.M !== undefined) return { M: storedItem(value.M) };
  if (value.L !== undefined) return { L: value.L.map(storedValue) };
  if (value.B !== undefined) return { B: Uint8Array.from(value.B) };
  return storedSet(value);
}

export function storedItem(item: Readonly<Item>): Item {
  const out: Item = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) out[name] = storedValue(value);
  }
  return out;
}

function storedSet(value: AttributeValue): AttributeValue {
  const type = typeOf(value);
  const members = setMembers(value);
  if (members.length === 0) {
    const kind = type === 'SS' ? 'string' : type === 'NS' ? 'number' : 'binary';
    throw validation(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  }
  const keys = members.map(setKey);
  if (new Set(keys).size !== keys.length) {
    throw validation(
      `One or more parameter values were invalid: Input collection [${keys.join(', ')}] contains duplicates.`,
    );
  }
  return setOf(type, members.map(storedValue));
}

/** Members of a set as values of the element type. */
export function setMembers(value: AttributeValue): AttributeValue[] {
  if (value.SS !== undefined) return value.SS.map((S) => ({ S }));
  if (value.NS !== undefined) return value.NS.map((N) => ({ N }));
  return (value.BS ?? []).map((B) => ({ B }));
}

export function setOf(type: ValueType, members: readonly AttributeValue[]): AttributeValue {
  if (type === 'SS') return { SS: members.map((member) => member.S ?? '') };
  if (type === 'NS') return { NS: members.map((member) => member.N ?? '') };
  return { BS: members.map((member) => member.B ?? new Uint8Array()) };
}

/** Equal members of sets have equal keys. */
export function setKey(member: AttributeValue): string {
  if (member.S !== undefined) return member.S;
  if (member.N !== undefined) return normalizeNumber(member.N);
  return Buffer.from(member.B ?? []).toString('base64');
}

export function valuesEqual(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  switch (type) {
    case 'S':
      return a.S === b.S;
    case 'BOOL':
      return a.BOOL === b.BOOL;
    case 'NULL':
      return true;
    case 'N':
    case 'B':
      return compareValues(a, b) === 0;
    case 'L': {
      const left = a.L ?? [];
      const right = b.L ?? [];
      return left.length === right.length && left.every((element, index) => valuesEqual(element, right[index]!));
    }
    case 'M':
      return itemsEqual(a.M ?? {}, b.M ?? {});
    default: {
      const left = setMembers(a).map(setKey).sort();
      const right = setMembers(b).map(setKey).sort();
      return left.length === right.length && left.every((key, index) => key === right[index]);
    }
  }
}

function itemsEqual(a: Readonly<Item>, b: Readonly<Item>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && valuesEqual(a[name]!, b[name]))
  );
}

/** Order of two values of one type (numbers by value, strings by UTF-8 bytes, binaries by bytes); undefined when they have none. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.S !== undefined && b.S !== undefined) return compareStrings(a.S, b.S);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(Buffer.from(a.B), Buffer.from(b.B));
  return undefined;
}

function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 order differs from the order of UTF-8 bytes only where surrogates are.
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/**
 * Bytes that count against the item size limit.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function valueSizeBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSizeBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSizeBytes(value.M);
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + valueSizeBytes(element), 3);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  return setMembers(value).reduce((sum, member) => sum + valueSizeBytes(member), 0);
}

export function itemSizeBytes(item: Readonly<Item>): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + valueSizeBytes(item[name]!);
  return bytes;
}

function numberSizeBytes(number: string): number {
  const digits = number.replace(/^-?0*|\.|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}
