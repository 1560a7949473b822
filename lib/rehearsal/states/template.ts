import { isObject, jsonType } from './json.ts';
import {
  type CompiledExpression,
  compileExpression,
  type EvaluationWorld,
  evaluateExpression,
} from './jsonata-engine.ts';
import { StateError } from './state-error.ts';

/** JSON in which every string `{% … %}` is an expression, compiled once. */
export type Template =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly compiled: CompiledExpression }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] };

/** Text of an expression without its marks, or undefined for any other value. Space within the marks is of no matter. */
export function expressionText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}') || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

export function compileTemplate(value: unknown): Template {
  const text = expressionText(value);
  if (text !== undefined) return { kind: 'expression', compiled: compileExpression(text) };
  if (Array.isArray(value)) {
    const items = value.map(compileTemplate);
    return items.every((item) => item.kind === 'literal') ? { kind: 'literal', value } : { kind: 'array', items };
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => [name, compileTemplate(member)] as const);
    return members.every(([, member]) => member.kind === 'literal')
      ? { kind: 'literal', value }
      : { kind: 'object', members };
  }
  return { kind: 'literal', value };
}

/** Where and with what expressions are evaluated; `describe` puts the state in front of a cause. */
export interface EvaluationScope {
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly world: EvaluationWorld;
  readonly describe: (cause: string) => string;
}

/** The texts are those that Step Functions writes into an execution's cause. */
function evaluationError(scope: EvaluationScope, cause: string): StateError {
  return new StateError('States.QueryEvaluationError', scope.describe(cause));
}

/** Plain JSON of a JSONata result; undefined if it holds a function or a number that JSON doesn't have. */
function plainJson(value: unknown): { readonly value: unknown } | undefined {
  let supported = true;
  const text = JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'function') supported = false;
    if (isObject(member) && ('_jsonata_lambda' in member || '_jsonata_function' in member)) supported = false;
    if (typeof member === 'number' && !Number.isFinite(member)) supported = false;
    return supported ? member : null;
  });
  return supported ? { value: JSON.parse(text) as unknown } : undefined;
}

async function evaluateOne(compiled: CompiledExpression, field: string, scope: EvaluationScope): Promise<unknown> {
  const said = `The JSONata expression '${compiled.text}' specified for the field '${field}'`;
  const result = await evaluateExpression(compiled, scope.bindings, scope.world);
  if ('failure' in result) {
    throw evaluationError(scope, `${said} threw an error during evaluation. ${result.failure}`);
  }
  if (result.value === undefined) throw evaluationError(scope, `${said} returned nothing (undefined).`);
  const plain = plainJson(result.value);
  if (plain === undefined) throw evaluationError(scope, `${said} returned an unsupported result type.`);
  return plain.value;
}

/**
 * Value of a template.
 * @param field path of the field for error texts: `Output/total`
 * @throws StateError States.QueryEvaluationError
 */
export async function evaluateTemplate(template: Template, field: string, scope: EvaluationScope): Promise<unknown> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return evaluateOne(template.compiled, field, scope);
    case 'array': {
      const items: unknown[] = [];
      for (const [index, item] of template.items.entries()) {
        items.push(await evaluateTemplate(item, `${field}[${index}]`, scope));
      }
      return items;
    }
    case 'object': {
      const members: [string, unknown][] = [];
      for (const [name, member] of template.members) {
        members.push([name, await evaluateTemplate(member, `${field}/${name}`, scope)]);
      }
      return Object.fromEntries(members);
    }
  }
}

function typeMismatch(
  template: Template,
  field: string,
  expected: string,
  value: unknown,
  scope: EvaluationScope,
): StateError {
  const said = template.kind === 'expression' ? `The JSONata expression '${template.compiled.text}'` : 'The value';
  return evaluationError(
    scope,
    `${said} specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
  );
}

export async function evaluateString(template: Template, field: string, scope: EvaluationScope): Promise<string> {
  const value = await evaluateTemplate(template, field, scope);
  if (typeof value !== 'string') throw typeMismatch(template, field, 'string', value, scope);
  return value;
}

export async function evaluateBoolean(template: Template, field: string, scope: EvaluationScope): Promise<boolean> {
  const value = await evaluateTemplate(template, field, scope);
  if (typeof value !== 'boolean') throw typeMismatch(template, field, 'boolean', value, scope);
  return value;
}

export async function evaluateArray(template: Template, field: string, scope: EvaluationScope): Promise<unknown[]> {
  const value = await evaluateTemplate(template, field, scope);
  if (!Array.isArray(value)) throw typeMismatch(template, field, 'array', value, scope);
  return value;
}

/** A number within bounds, whole if `whole`. */
export async function evaluateNumber(
  template: Template,
  field: string,
  bounds: { readonly from: number; readonly to: number; readonly whole: boolean },
  scope: EvaluationScope,
): Promise<number> {
  const value = await evaluateTemplate(template, field, scope);
  if (typeof value !== 'number') throw typeMismatch(template, field, 'number', value, scope);
  if (value < bounds.from || value > bounds.to || (bounds.whole && !Number.isInteger(value))) {
    const kind = bounds.whole ? 'an integer' : 'a number';
    throw evaluationError(
      scope,
      `The ${field} field must be ${kind} between ${bounds.from} and ${bounds.to}, but was ${value}`,
    );
  }
  return value;
}

/**
 * An instant in milliseconds, from the RFC 3339 profile of ISO 8601 that Step Functions takes: capital T, and an
 * offset or capital Z (https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html).
 */
export async function evaluateTimestamp(template: Template, field: string, scope: EvaluationScope): Promise<number> {
  const text = await evaluateString(template, field, scope);
  const valid = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const atMs = valid ? Date.parse(text.replace(',', '.')) : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw evaluationError(
      scope,
      `The ${field} field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    );
  }
  return atMs;
}
