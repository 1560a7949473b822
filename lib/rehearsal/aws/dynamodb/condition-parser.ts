import { ExpressionReader, type Path } from './expression-reader.ts';
import { cachedByText, type Placeholders } from './expression-scope.ts';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'size'; readonly path: Path };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
const comparators: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly expected: boolean }
  | { readonly kind: 'type' | 'begins' | 'contains'; readonly subject: Operand; readonly argument: Operand };

export interface ConditionExpression extends Placeholders {
  readonly condition: Condition;
}

/** IN takes at most 100 operands. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html */
const inOperandLimit = 100;

/** Functions that conditions don't have. */
const functionsOfUpdates: readonly string[] = ['if_not_exists', 'list_append'];

export type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression';

const parsers: Record<ConditionKind, (text: string) => ConditionExpression> = {
  ConditionExpression: cachedByText((text) => parse('ConditionExpression', text)),
  FilterExpression: cachedByText((text) => parse('FilterExpression', text)),
  KeyConditionExpression: cachedByText((text) => parse('KeyConditionExpression', text)),
};

/** Conditions as DynamoDB's grammar has them: OR under AND under NOT. ValidationException with its own words. */
export function parseCondition(kind: ConditionKind, text: string): ConditionExpression {
  return parsers[kind](text);
}

function parse(kind: ConditionKind, text: string): ConditionExpression {
  const reader = new ExpressionReader(kind, text);
  const condition = readOr(reader);
  reader.end();
  return { kind, condition, names: reader.names, values: reader.values };
}

function readOr(reader: ExpressionReader): Condition {
  const conditions = [readAnd(reader)];
  while (reader.take('OR')) conditions.push(readAnd(reader));
  return conditions.length === 1 ? conditions[0]! : { kind: 'or', conditions };
}

function readAnd(reader: ExpressionReader): Condition {
  const conditions = [readNot(reader)];
  while (reader.take('AND')) conditions.push(readNot(reader));
  return conditions.length === 1 ? conditions[0]! : { kind: 'and', conditions };
}

function readNot(reader: ExpressionReader): Condition {
  if (reader.take('NOT')) return { kind: 'not', condition: readNot(reader) };
  if (reader.take('(')) {
    const condition = readOr(reader);
    reader.expect(')');
    return condition;
  }
  return readFunction(reader) ?? readComparison(reader);
}

function readFunction(reader: ExpressionReader): Condition | undefined {
  if (reader.peek(1) !== '(') return undefined;
  switch (reader.peek()) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const expected = reader.next() === 'attribute_exists';
      reader.expect('(');
      const path = reader.path();
      reader.expect(')');
      return { kind: 'exists', path, expected };
    }
    case 'attribute_type':
      return readTwoArguments(reader, 'type');
    case 'begins_with':
      return readTwoArguments(reader, 'begins');
    case 'contains':
      return readTwoArguments(reader, 'contains');
    case 'size':
      return undefined;
    default:
      throw unknownFunction(reader);
  }
}

/** A name before a parenthesis that names no function of conditions; keywords are mistakes of syntax. */
function unknownFunction(reader: ExpressionReader): Error {
  const name = reader.peek() ?? '';
  if (!/^[a-z_]/i.test(name) || /^(AND|OR|BETWEEN|IN)$/i.test(name)) return reader.syntaxError();
  if (!functionsOfUpdates.includes(name)) return reader.invalid(`Invalid function name; function: ${name}`);
  return reader.invalid(`The function is not allowed in a condition expression; function: ${name}`);
}

function readTwoArguments(reader: ExpressionReader, kind: 'type' | 'begins' | 'contains'): Condition {
  const name = reader.next();
  reader.expect('(');
  const operands = [readOperand(reader)];
  while (reader.take(',')) operands.push(readOperand(reader));
  reader.expect(')');
  const [subject, argument] = operands;
  if (subject !== undefined && argument !== undefined && operands.length === 2) return { kind, subject, argument };
  throw reader.invalid(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  );
}

function readComparison(reader: ExpressionReader): Condition {
  const operand = readOperand(reader);
  if (reader.take('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    return { kind: 'between', operand, low, high: readOperand(reader) };
  }
  if (reader.take('IN')) {
    reader.expect('(');
    const candidates = [readOperand(reader)];
    while (reader.take(',')) candidates.push(readOperand(reader));
    if (candidates.length > inOperandLimit) throw reader.syntaxError();
    reader.expect(')');
    return { kind: 'in', operand, candidates };
  }
  const comparator = reader.peek();
  if (comparator === undefined || !comparators.includes(comparator)) throw reader.syntaxError();
  reader.next();
  return { kind: 'compare', comparator: comparator as Comparator, left: operand, right: readOperand(reader) };
}

function readOperand(reader: ExpressionReader): Operand {
  if (reader.peek()?.startsWith(':')) return { kind: 'value', placeholder: reader.value() };
  if (reader.peek() === 'size' && reader.peek(1) === '(') {
    reader.next();
    reader.expect('(');
    const path = reader.path();
    reader.expect(')');
    return { kind: 'size', path };
  }
  return { kind: 'path', path: reader.path() };
}
