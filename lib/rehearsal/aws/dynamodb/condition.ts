import type { Comparator, Condition, Operand } from './condition-parser.ts';
import { type ExpressionScope, valueAt } from './expression-scope.ts';
import { validation } from './validation.ts';
import {
  type AttributeValue,
  compareValues,
  type Item,
  setKey,
  setMembers,
  typeOf,
  valuesEqual,
  valueTypes,
} from './values.ts';

/** Does the item (undefined: there is none) meet the condition? */
export function meets(item: Readonly<Item> | undefined, condition: Condition, scope: ExpressionScope): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((part) => meets(item, part, scope));
    case 'or':
      return condition.conditions.some((part) => meets(item, part, scope));
    case 'not':
      return !meets(item, condition.condition, scope);
    case 'exists':
      return (valueAt(item ?? {}, scope.resolve(condition.path)) !== undefined) === condition.expected;
    case 'compare':
      return compare(item, condition.comparator, condition.left, condition.right, scope);
    case 'between':
      return (
        compare(item, '>=', condition.operand, condition.low, scope) &&
        compare(item, '<=', condition.operand, condition.high, scope)
      );
    case 'in':
      return condition.candidates.some((candidate) => compare(item, '=', condition.operand, candidate, scope));
    case 'type':
      return hasType(operandValue(item, condition.subject, scope), operandValue(item, condition.argument, scope));
    case 'begins':
      return beginsWith(operandValue(item, condition.subject, scope), operandValue(item, condition.argument, scope));
    case 'contains':
      return contains(operandValue(item, condition.subject, scope), operandValue(item, condition.argument, scope));
  }
}

/**
 * What DynamoDB refuses before it looks at any item: literal operands of the wrong type, a BETWEEN with bounds the
 * wrong way round.
 */
export function checkOperands(kind: string, condition: Condition, scope: ExpressionScope): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const part of condition.conditions) checkOperands(kind, part, scope);
      return;
    case 'not':
      checkOperands(kind, condition.condition, scope);
      return;
    case 'compare':
      if (condition.comparator === '=' || condition.comparator === '<>') return;
      checkLiteral(kind, condition.comparator, condition.left, ['S', 'N', 'B'], scope);
      checkLiteral(kind, condition.comparator, condition.right, ['S', 'N', 'B'], scope);
      return;
    case 'between':
      checkBounds(kind, condition.low, condition.high, scope);
      return;
    case 'type':
      checkTypeName(kind, condition.argument, scope);
      return;
    case 'begins':
      checkLiteral(kind, 'begins_with', condition.argument, ['S', 'B'], scope);
      return;
    default:
      return;
  }
}

/** Top-level attributes that a condition looks at. */
export function attributesOf(condition: Condition, scope: ExpressionScope): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap((part) => attributesOf(part, scope));
    case 'not':
      return attributesOf(condition.condition, scope);
    case 'exists':
      return [String(scope.resolve(condition.path)[0])];
    default:
      return operandsOf(condition).flatMap((operand) =>
        operand.kind === 'value' ? [] : [String(scope.resolve(operand.path)[0])],
      );
  }
}

function operandsOf(
  condition: Condition & { kind: 'compare' | 'between' | 'in' | 'type' | 'begins' | 'contains' },
): readonly Operand[] {
  switch (condition.kind) {
    case 'compare':
      return [condition.left, condition.right];
    case 'between':
      return [condition.operand, condition.low, condition.high];
    case 'in':
      return [condition.operand, ...condition.candidates];
    default:
      return [condition.subject, condition.argument];
  }
}

function checkLiteral(
  kind: string,
  operator: string,
  operand: Operand,
  types: readonly string[],
  scope: ExpressionScope,
): void {
  if (operand.kind !== 'value') return;
  const type = typeOf(scope.value(operand.placeholder));
  if (types.includes(type)) return;
  throw validation(
    `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

function checkBounds(kind: string, low: Operand, high: Operand, scope: ExpressionScope): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const lower = scope.value(low.placeholder);
  const upper = scope.value(high.placeholder);
  const order = compareValues(lower, upper);
  if (order !== undefined && order <= 0) return;
  const detail =
    order === undefined
      ? 'requires same data type for lower and upper bounds'
      : 'requires upper bound to be greater than or equal to lower bound';
  throw validation(
    `Invalid ${kind}: The BETWEEN operator ${detail}; lower bound operand: AttributeValue: ${describe(lower)}, upper bound operand: AttributeValue: ${describe(upper)}`,
  );
}

function describe(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${value[type as keyof AttributeValue]}}`;
}

function checkTypeName(kind: string, operand: Operand, scope: ExpressionScope): void {
  const name = operand.kind === 'value' ? scope.value(operand.placeholder).S : undefined;
  if (valueTypes.some((type) => type === name)) return;
  throw validation(
    `Invalid ${kind}: Invalid attribute type name found; type: ${name}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
  );
}

function operandValue(
  item: Readonly<Item> | undefined,
  operand: Operand,
  scope: ExpressionScope,
): AttributeValue | undefined {
  if (operand.kind === 'value') return scope.value(operand.placeholder);
  const value = valueAt(item ?? {}, scope.resolve(operand.path));
  if (operand.kind === 'path' || value === undefined) return value;
  const size = sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return value.S.length;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined) return value.L.length;
  if (value.M !== undefined) return Object.keys(value.M).length;
  return typeOf(value).length === 2 ? setMembers(value).length : undefined;
}

function compare(
  item: Readonly<Item> | undefined,
  comparator: Comparator,
  left: Operand,
  right: Operand,
  scope: ExpressionScope,
): boolean {
  const a = operandValue(item, left, scope);
  const b = operandValue(item, right, scope);
  // An attribute that isn't there makes every comparison false but `<>`, which DynamoDB finds true.
  if (a === undefined || b === undefined) return comparator === '<>';
  if (comparator === '=') return valuesEqual(a, b);
  if (comparator === '<>') return !valuesEqual(a, b);
  const order = compareValues(a, b);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function hasType(value: AttributeValue | undefined, name: AttributeValue | undefined): boolean {
  return value !== undefined && typeOf(value) === name?.S;
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B !== undefined && prefix?.B !== undefined) {
    return Buffer.from(value.B).subarray(0, prefix.B.byteLength).equals(Buffer.from(prefix.B));
  }
  return false;
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined) return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
  if (value.L !== undefined) return value.L.some((element) => valuesEqual(element, part));
  const elementType = typeOf(part);
  if (typeOf(value) !== `${elementType}S`) return false;
  return setMembers(value).some((member) => setKey(member) === setKey(part));
}
