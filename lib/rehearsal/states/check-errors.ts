import { type Finding, objectsIn, type StateNode } from './check-walk.ts';
import type { JsonObject } from './json.ts';
import { predefinedErrors } from './state-error.ts';

const retryableTypes = ['Task', 'Parallel', 'Map'];

/** Bounds of a retrier's numbers (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). */
const retrierBounds: readonly { field: string; from: number; to: number; whole: boolean }[] = [
  { field: 'IntervalSeconds', from: 1, to: 99_999_999, whole: true },
  { field: 'MaxAttempts', from: 0, to: 99_999_999, whole: true },
  { field: 'BackoffRate', from: 1, to: Number.MAX_VALUE, whole: false },
  { field: 'MaxDelaySeconds', from: 1, to: 31_622_400, whole: true },
];

function checkErrorEquals(names: readonly unknown[], path: string, isLast: boolean): Finding[] {
  const findings: Finding[] = [];
  for (const name of names) {
    if (typeof name === 'string' && name.startsWith('States.') && !predefinedErrors.has(name)) {
      findings.push({
        path,
        rule: 'unknown-states-error',
        message: `${name} is no error that Step Functions reports; names with States. are reserved`,
      });
    }
  }
  if (names.includes('States.ALL')) {
    if (names.length > 1) {
      findings.push({ path, rule: 'states-all-alone', message: 'States.ALL must stand alone in its ErrorEquals' });
    }
    if (!isLast) {
      findings.push({ path, rule: 'states-all-last', message: 'States.ALL must be in the last entry of the list' });
    }
  }
  return findings;
}

function checkRetrier(retrier: JsonObject, path: string): Finding[] {
  const findings: Finding[] = [];
  for (const { field, from, to, whole } of retrierBounds) {
    const value = retrier[field];
    if (value === undefined) continue;
    if (typeof value !== 'number' || value < from || value > to || (whole && !Number.isInteger(value))) {
      findings.push({
        path: `${path}.${field}`,
        rule: 'retrier-bounds',
        message: `${field} must be ${whole ? 'an integer' : 'a number'} of at least ${from}${to === Number.MAX_VALUE ? '' : ` and at most ${to}`}`,
      });
    }
  }
  const { MaxDelaySeconds: maximum, IntervalSeconds: interval = 1, JitterStrategy: jitter } = retrier;
  if (typeof maximum === 'number' && typeof interval === 'number' && maximum < interval) {
    findings.push({
      path: `${path}.MaxDelaySeconds`,
      rule: 'max-delay',
      message: `MaxDelaySeconds (${maximum}) must not be less than IntervalSeconds (${interval})`,
    });
  }
  if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
    findings.push({ path: `${path}.JitterStrategy`, rule: 'jitter', message: 'JitterStrategy is FULL or NONE' });
  }
  return findings;
}

/** Retry and Catch of one state. */
export function checkErrorHandling(state: StateNode): Finding[] {
  const findings: Finding[] = [];
  for (const field of ['Retry', 'Catch']) {
    if (state.raw[field] !== undefined && !retryableTypes.includes(String(state.raw.Type))) {
      findings.push({
        path: `${state.path}.${field}`,
        rule: 'error-handling-where-none-is',
        message: `a ${String(state.raw.Type)} state has no ${field}`,
      });
    }
    const entries = objectsIn(state.raw, field, state.path);
    for (const [index, [entry, path]] of entries.entries()) {
      if (!Array.isArray(entry.ErrorEquals) || entry.ErrorEquals.length === 0) {
        findings.push({ path, rule: 'error-equals', message: 'ErrorEquals must name at least one error' });
      } else {
        findings.push(...checkErrorEquals(entry.ErrorEquals, `${path}.ErrorEquals`, index === entries.length - 1));
      }
      if (field === 'Retry') findings.push(...checkRetrier(entry, path));
    }
  }
  return findings;
}
