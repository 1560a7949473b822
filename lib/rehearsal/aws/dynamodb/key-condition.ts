import { checkOperands } from './condition.ts';
import type { Condition, ConditionExpression } from './condition-parser.ts';
import type { ExpressionScope } from './expression-scope.ts';
import type { TableSchema } from './table-schema.ts';
import { validation } from './validation.ts';
import { type AttributeValue, typeOf } from './values.ts';

export interface KeyCondition {
  readonly partitionKey: AttributeValue;
  readonly sortCondition?: Condition;
}

/** Splits a KeyConditionExpression: the partition key equals a value, and at most one condition holds for the sort key. */
export function splitKeyCondition(
  expression: ConditionExpression,
  schema: TableSchema,
  scope: ExpressionScope,
): KeyCondition {
  checkOperands('KeyConditionExpression', expression.condition, scope);
  const parts = expression.condition.kind === 'and' ? expression.condition.conditions : [expression.condition];
  const unsupported = parts.find((part) => !supported(part));
  if (unsupported !== undefined) {
    throw validation(`Invalid operator used in KeyConditionExpression: ${operatorOf(unsupported)}`);
  }
  const partition = parts.find((part) => subject(part, scope) === schema.partitionKey.name);
  const others = parts.filter((part) => part !== partition);
  if (partition === undefined)
    throw validation(`Query condition missed key schema element: ${schema.partitionKey.name}`);
  if (partition.kind !== 'compare' || partition.comparator !== '=')
    throw validation('Query key condition not supported');
  const partitionKey = literal(partition, scope);
  checkType(partitionKey, schema.partitionKey);
  if (others.length === 0) return { partitionKey };
  const [sortCondition] = others;
  if (others.length > 1 || sortCondition === undefined) throw validation('Conditions can be of length 1 or 2 only');
  const sortKey = schema.sortKey;
  if (sortKey === undefined || subject(sortCondition, scope) !== sortKey.name) {
    throw validation(`Query condition missed key schema element: ${sortKey?.name ?? schema.partitionKey.name}`);
  }
  for (const value of literals(sortCondition, scope)) checkType(value, sortKey);
  return { partitionKey, sortCondition };
}

function supported(condition: Condition): boolean {
  if (condition.kind === 'compare') return condition.comparator !== '<>';
  return condition.kind === 'between' || condition.kind === 'begins';
}

/** As it stands in the expression. */
function operatorOf(condition: Condition): string {
  if (condition.kind === 'compare') return condition.comparator;
  if (condition.kind === 'exists') return condition.expected ? 'attribute_exists' : 'attribute_not_exists';
  if (condition.kind === 'type') return 'attribute_type';
  return condition.kind === 'contains' ? 'contains' : condition.kind.toUpperCase();
}

/** Top-level attribute that a condition is about. */
function subject(condition: Condition, scope: ExpressionScope): string | undefined {
  const operand =
    condition.kind === 'compare'
      ? condition.left
      : condition.kind === 'between'
        ? condition.operand
        : condition.kind === 'begins'
          ? condition.subject
          : undefined;
  if (operand?.kind !== 'path' || operand.path.length !== 1) return undefined;
  const [name] = scope.resolve(operand.path);
  return typeof name === 'string' ? name : undefined;
}

function literal(condition: Condition, scope: ExpressionScope): AttributeValue {
  const [value] = literals(condition, scope);
  if (value === undefined) throw validation('Query key condition not supported');
  return value;
}

function literals(condition: Condition, scope: ExpressionScope): AttributeValue[] {
  const operands =
    condition.kind === 'compare'
      ? [condition.right]
      : condition.kind === 'between'
        ? [condition.low, condition.high]
        : condition.kind === 'begins'
          ? [condition.argument]
          : [];
  return operands.flatMap((operand) => (operand.kind === 'value' ? [scope.value(operand.placeholder)] : []));
}

function checkType(value: AttributeValue, key: { readonly type: string }): void {
  if (typeOf(value) !== key.type) {
    throw validation('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
}
