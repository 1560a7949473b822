import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { attributesOf, checkOperands, meets } from './condition.ts';
import { type Condition, parseCondition } from './condition-parser.ts';
import { ExpressionScope, type Placeholders } from './expression-scope.ts';
import { checkPlaceholders } from './item-operations.ts';
import { splitKeyCondition } from './key-condition.ts';
import { parseProjection, project } from './projection.ts';
import type { ReplicatedTable } from './replica.ts';
import { checkKey, compareKeys, keyAttributes, keyOf } from './table-schema.ts';
import { validation } from './validation.ts';
import { type Item, itemSizeBytes, storedItem } from './values.ts';

/** A page of Query or Scan holds at most 1 MB, counted before the filter. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const pageLimitBytes = 1024 * 1024;

type PageInput = Partial<QueryCommandInput> & Partial<ScanCommandInput>;

export function query(
  table: ReplicatedTable,
  region: string,
  input: Partial<QueryCommandInput>,
): Record<string, unknown> {
  if (input.KeyConditionExpression === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const keyExpression = parseCondition('KeyConditionExpression', input.KeyConditionExpression);
  const page = new Page(table, input, [keyExpression]);
  page.refuseFilterOnKeys();
  const { partitionKey, sortCondition } = splitKeyCondition(keyExpression, table.schema, page.scope);
  let items = table.partition(region, input.ConsistentRead === true, partitionKey);
  if (sortCondition !== undefined) items = items.filter((item) => meets(item, sortCondition, page.scope));
  if (input.ScanIndexForward === false) items.reverse();
  return page.answer(items);
}

export function scan(
  table: ReplicatedTable,
  region: string,
  input: Partial<ScanCommandInput>,
): Record<string, unknown> {
  const page = new Page(table, input, []);
  return page.answer(table.all(region, input.ConsistentRead === true));
}

/** What Query and Scan have in common: filter, projection, counting, paging. */
class Page {
  readonly scope: ExpressionScope;
  readonly #table: ReplicatedTable;
  readonly #input: PageInput;
  readonly #filter: Condition | undefined;

  constructor(table: ReplicatedTable, input: PageInput, keyExpressions: readonly Placeholders[]) {
    this.#table = table;
    this.#input = input;
    this.scope = new ExpressionScope(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
    const expressions = [...keyExpressions];
    if (input.FilterExpression !== undefined) {
      const filter = parseCondition('FilterExpression', input.FilterExpression);
      expressions.push(filter);
      this.#filter = filter.condition;
    }
    if (input.ProjectionExpression !== undefined) expressions.push(parseProjection(input.ProjectionExpression));
    checkPlaceholders(this.scope, expressions, 'FilterExpression is null');
    if (this.#filter !== undefined) checkOperands('FilterExpression', this.#filter, this.scope);
    if (input.Limit !== undefined && input.Limit < 1) {
      throw validation(
        `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
      );
    }
  }

  refuseFilterOnKeys(): void {
    const filtered = this.#filter === undefined ? [] : attributesOf(this.#filter, this.scope);
    const key = keyAttributes(this.#table.schema).find(({ name }) => filtered.includes(name));
    if (key === undefined) return;
    throw validation(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`,
    );
  }

  answer(items: readonly Item[]): Record<string, unknown> {
    const rest = this.#afterStartKey(items);
    const limit = this.#input.Limit ?? Number.POSITIVE_INFINITY;
    let bytes = 0;
    let evaluated = 0;
    for (const item of rest) {
      evaluated++;
      bytes += itemSizeBytes(item);
      if (evaluated >= limit || bytes >= pageLimitBytes) break;
    }
    const last = rest[evaluated - 1];
    const full = evaluated >= limit || bytes >= pageLimitBytes;
    const kept = rest
      .slice(0, evaluated)
      .filter((item) => this.#filter === undefined || meets(item, this.#filter, this.scope));
    return {
      ...(this.#input.Select === 'COUNT' ? {} : { Items: kept.map((item) => this.#projected(item)) }),
      Count: kept.length,
      ScannedCount: evaluated,
      ...(full && last !== undefined ? { LastEvaluatedKey: storedItem(keyOf(last, this.#table.schema)) } : {}),
    };
  }

  #afterStartKey(items: readonly Item[]): readonly Item[] {
    const start = this.#input.ExclusiveStartKey;
    if (start === undefined) return items;
    checkKey(start, this.#table.schema);
    const direction = this.#input.ScanIndexForward === false ? -1 : 1;
    const from = items.findIndex((item) => compareKeys(item, start, this.#table.schema) * direction > 0);
    return from === -1 ? [] : items.slice(from);
  }

  #projected(item: Item): Item {
    const text = this.#input.ProjectionExpression;
    if (text === undefined) return storedItem(item);
    return storedItem(
      project(
        item,
        parseProjection(text).paths.map((path) => this.scope.resolve(path)),
      ),
    );
  }
}
