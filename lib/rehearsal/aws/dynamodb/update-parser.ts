import { ExpressionReader, type Path } from './expression-reader.ts';
import { cachedByText, type Placeholders } from './expression-scope.ts';
import { validation } from './validation.ts';

export type SetOperand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly placeholder: string }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: SetOperand }
  | { readonly kind: 'list_append'; readonly first: SetOperand; readonly second: SetOperand };

export type UpdateAction =
  | {
      readonly kind: 'SET';
      readonly path: Path;
      readonly operand: SetOperand;
      readonly plus?: SetOperand;
      readonly sign: 1 | -1;
    }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly placeholder: string };

export interface UpdateExpression extends Placeholders {
  readonly actions: readonly UpdateAction[];
}

const clauses = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Clause = (typeof clauses)[number];
/** Functions that updates don't have. */
const functionsOfConditions: readonly string[] = [
  ...['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'],
];

/** SET, REMOVE, ADD and DELETE clauses, each at most once. ValidationException in DynamoDB's words. */
export const parseUpdate = cachedByText((text: string): UpdateExpression => {
  const reader = new ExpressionReader('UpdateExpression', text);
  const actions: UpdateAction[] = [];
  const seen = new Set<Clause>();
  while (!reader.done) {
    const clause = clauses.find((name) => reader.take(name));
    if (clause === undefined) throw reader.syntaxError();
    if (seen.has(clause)) {
      throw validation(
        `Invalid UpdateExpression: The "${clause}" section can only be used once in an update expression;`,
      );
    }
    seen.add(clause);
    do actions.push(readAction(reader, clause));
    while (reader.take(','));
  }
  return { kind: 'UpdateExpression', actions, names: reader.names, values: reader.values };
});

function readAction(reader: ExpressionReader, clause: Clause): UpdateAction {
  const path = reader.path();
  if (clause === 'REMOVE') return { kind: 'REMOVE', path };
  if (clause !== 'SET') return { kind: clause, path, placeholder: reader.value() };
  reader.expect('=');
  const operand = readOperand(reader);
  if (reader.take('+')) return { kind: 'SET', path, operand, plus: readOperand(reader), sign: 1 };
  if (reader.take('-')) return { kind: 'SET', path, operand, plus: readOperand(reader), sign: -1 };
  return { kind: 'SET', path, operand, sign: 1 };
}

function readOperand(reader: ExpressionReader): SetOperand {
  if (reader.peek()?.startsWith(':')) return { kind: 'value', placeholder: reader.value() };
  if (reader.peek(1) !== '(') return { kind: 'path', path: reader.path() };
  if (reader.peek() === 'if_not_exists') {
    reader.next();
    reader.expect('(');
    const path = reader.path();
    reader.expect(',');
    const otherwise = readOperand(reader);
    reader.expect(')');
    return { kind: 'if_not_exists', path, otherwise };
  }
  if (reader.peek() === 'list_append') {
    reader.next();
    reader.expect('(');
    const first = readOperand(reader);
    reader.expect(',');
    const second = readOperand(reader);
    reader.expect(')');
    return { kind: 'list_append', first, second };
  }
  const name = reader.peek() ?? '';
  throw reader.invalid(
    functionsOfConditions.includes(name)
      ? `The function is not allowed in an update expression; function: ${name}`
      : `Invalid function name; function: ${name}`,
  );
}
