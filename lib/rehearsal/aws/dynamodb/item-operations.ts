import type {
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { AwsServiceError } from '../service.ts';
import { checkOperands, meets } from './condition.ts';
import { parseCondition } from './condition-parser.ts';
import { ExpressionScope, type Placeholders } from './expression-scope.ts';
import { parseProjection, project } from './projection.ts';
import type { ReplicatedTable } from './replica.ts';
import { checkItemKey, checkKey, keyAttributes, keyOf } from './table-schema.ts';
import { applyUpdate } from './update.ts';
import { parseUpdate, type UpdateExpression } from './update-parser.ts';
import { validation } from './validation.ts';
import { type Item, itemSizeBytes, storedItem } from './values.ts';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (items) */
const itemSizeLimitBytes = 400 * 1024;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

export function getItem(
  table: ReplicatedTable,
  region: string,
  input: Partial<GetItemCommandInput>,
): Record<string, unknown> {
  const key = storedItem(input.Key ?? {});
  const scope = new ExpressionScope(input.ExpressionAttributeNames, undefined);
  const projection = input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression);
  checkPlaceholders(scope, projection === undefined ? [] : [projection], 'ProjectionExpression is null');
  checkKey(key, table.schema);
  const item = input.ConsistentRead === true ? table.readStrong(region, key) : table.readEventual(region, key);
  if (item === undefined) return {};
  if (projection === undefined) return { Item: storedItem(item) };
  return {
    Item: storedItem(
      project(
        item,
        projection.paths.map((path) => scope.resolve(path)),
      ),
    ),
  };
}

export function putItem(
  table: ReplicatedTable,
  region: string,
  input: Partial<PutItemCommandInput>,
): Record<string, unknown> {
  const returnValues = returned(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const condition = new WriteCondition(input, []);
  const item = storedItem(input.Item ?? {});
  checkItemKey(item, table.schema);
  if (itemSizeBytes(item) > itemSizeLimitBytes) throw validation('Item size has exceeded the maximum allowed size');
  const before = table.readStrong(region, item);
  condition.demand(before);
  table.commit(region, item, item);
  return returnValues === 'ALL_OLD' && before !== undefined ? { Attributes: storedItem(before) } : {};
}

export function deleteItem(
  table: ReplicatedTable,
  region: string,
  input: Partial<DeleteItemCommandInput>,
): Record<string, unknown> {
  const returnValues = returned(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const condition = new WriteCondition(input, []);
  const key = storedItem(input.Key ?? {});
  checkKey(key, table.schema);
  const before = table.readStrong(region, key);
  condition.demand(before);
  if (before !== undefined) table.commit(region, key, undefined);
  return returnValues === 'ALL_OLD' && before !== undefined ? { Attributes: storedItem(before) } : {};
}

export function updateItem(
  table: ReplicatedTable,
  region: string,
  input: Partial<UpdateItemCommandInput>,
): Record<string, unknown> {
  const returnValues = returned(input.ReturnValues, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
  const update = input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression);
  const condition = new WriteCondition(
    input,
    update === undefined ? [] : [update],
    'UpdateExpression and ConditionExpression are null',
  );
  const key = storedItem(input.Key ?? {});
  checkKey(key, table.schema);
  if (update !== undefined) refuseKeyUpdates(table, update, condition.scope);
  const before = table.readStrong(region, key);
  condition.demand(before);
  const base = before ?? keyOf(key, table.schema);
  const { item, touched } =
    update === undefined ? { item: base, touched: [] } : applyUpdate(base, update, condition.scope);
  if (itemSizeBytes(item) > itemSizeLimitBytes)
    throw validation('Item size to update has exceeded the maximum allowed size');
  table.commit(region, key, item);
  const whole = returnValues.startsWith('ALL');
  const version = returnValues.endsWith('NEW') ? item : before;
  if (returnValues === 'NONE' || version === undefined || (!whole && touched.length === 0)) return {};
  const attributes = whole ? version : project(version, touched);
  return Object.keys(attributes).length === 0 ? {} : { Attributes: storedItem(attributes) };
}

function returned(value: string | undefined, allowed: readonly string[]): string {
  const returnValues = value ?? 'NONE';
  if (!allowed.includes(returnValues)) throw validation('Return values set to invalid value');
  return returnValues;
}

function refuseKeyUpdates(table: ReplicatedTable, update: UpdateExpression, scope: ExpressionScope): void {
  const keys = keyAttributes(table.schema).map(({ name }) => name);
  for (const action of update.actions) {
    const [name] = scope.resolve(action.path);
    if (!keys.some((key) => key === name)) continue;
    throw validation(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
  }
}

/**
 * Placeholders without any expression are a mistake of their own in DynamoDB's answers, which say of values what is
 * missing: «ConditionExpression is null».
 */
export function checkPlaceholders(scope: ExpressionScope, expressions: readonly Placeholders[], missing: string): void {
  if (expressions.length === 0) {
    const only = 'can only be specified when using expressions';
    if (Object.keys(scope.names).length > 0) throw validation(`ExpressionAttributeNames ${only}`);
    if (Object.keys(scope.values).length > 0) throw validation(`ExpressionAttributeValues ${only}: ${missing}`);
    return;
  }
  scope.check(expressions);
}

/** The condition of a write, checked against its placeholders before any item is looked at. */
class WriteCondition {
  readonly scope: ExpressionScope;
  readonly #holds: (item: Item | undefined) => boolean;
  readonly #returnItem: boolean;

  constructor(input: Conditional, others: readonly Placeholders[], missing = 'ConditionExpression is null') {
    this.scope = new ExpressionScope(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
    this.#returnItem = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    if (input.ConditionExpression === undefined) {
      checkPlaceholders(this.scope, others, missing);
      this.#holds = () => true;
      return;
    }
    const { condition, ...placeholders } = parseCondition('ConditionExpression', input.ConditionExpression);
    checkPlaceholders(this.scope, [placeholders, ...others], missing);
    checkOperands('ConditionExpression', condition, this.scope);
    this.#holds = (item) => meets(item, condition, this.scope);
  }

  demand(item: Item | undefined): void {
    if (this.#holds(item)) return;
    const members = this.#returnItem && item !== undefined ? { Item: storedItem(item) } : {};
    throw new AwsServiceError('ConditionalCheckFailedException', 'The conditional request failed', 400, members);
  }
}
