import { InputError } from '../../../plan/input-error.ts';
import { type Check, compileMatcher } from './matchers.ts';

/** Does an event (as JSON) match a rule's pattern? */
export type EventMatcher = (event: unknown) => boolean;

interface Field {
  readonly name: string;
  readonly test: (value: unknown) => boolean;
}

/**
 * Compiles an EventPattern. Every key must match; a list matches if one of its alternatives does, and against an array
 * in the event if one element does; `$or` matches if one of its patterns does.
 * InputError for what EventBridge or the world doesn't know.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(pattern: unknown): EventMatcher {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new InputError('an event pattern is an object with at least one field');
  }
  return compileObject(pattern, '');
}

function compileObject(pattern: Readonly<Record<string, unknown>>, path: string): EventMatcher {
  const fields: Field[] = [];
  const alternatives: EventMatcher[][] = [];
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === '$or') alternatives.push(compileOr(wanted, path));
    else fields.push({ name, test: compileField(wanted, path === '' ? name : `${path}.${name}`) });
  }
  return (value) => {
    const object = isObject(value) ? value : {};
    return (
      fields.every((field) => field.test(object[field.name])) &&
      alternatives.every((patterns) => patterns.some((matches) => matches(value)))
    );
  };
}

function compileOr(wanted: unknown, path: string): EventMatcher[] {
  if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isObject)) {
    throw new InputError(
      `event pattern at ${path === '' ? '$or' : `${path}.$or`}: $or takes a list of at least two patterns`,
    );
  }
  return wanted.map((alternative) => compileObject(alternative, path));
}

function compileField(wanted: unknown, path: string): (value: unknown) => boolean {
  if (isObject(wanted)) {
    const matches = compileObject(wanted, path);
    return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
  }
  if (!Array.isArray(wanted) || wanted.length === 0) {
    throw new InputError(`event pattern at ${path}: must be an object or a list with at least one value`);
  }
  const checks: Check[] = wanted.map((alternative) => compileMatcher(alternative, path));
  return (value) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return checks.some((check) => values.some(check));
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
