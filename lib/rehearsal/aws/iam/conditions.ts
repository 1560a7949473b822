import { matchesArn, matchesPattern } from './patterns.ts';

/** Values of the condition keys of a request, by key in lower case (keys are case-insensitive, values are not). */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

type Compare = (actual: string, wanted: string) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const positive: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matchesPattern(wanted, actual),
  ArnEquals: matchArn,
  ArnLike: matchArn,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
  DateLessThan: (actual, wanted) => Date.parse(actual) < Date.parse(wanted),
  DateGreaterThan: (actual, wanted) => Date.parse(actual) > Date.parse(wanted),
};
/** Negated operators are true when no wanted value matches, and also when the key is absent. */
const negative: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

export const conditionOperators: ReadonlySet<string> = new Set([
  'Null',
  ...[...Object.keys(positive), ...Object.keys(negative)].flatMap((name) => [
    name,
    `${name}IfExists`,
    `ForAnyValue:${name}`,
    `ForAllValues:${name}`,
  ]),
]);

/** All operators and all keys must hold. */
export function conditionHolds(
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  request: RequestContext,
): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, request.get(key.toLowerCase()), wanted)),
  );
}

function holds(operator: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const [, quantifier, withoutQuantifier = operator] = /^(ForAnyValue|ForAllValues):(.*)$/.exec(operator) ?? [];
  const name = withoutQuantifier.replace(/IfExists$/, '');
  const negated = negative[name];
  const compare = positive[negated ?? name];
  if (compare === undefined) throw new Error(`condition operator ${operator} got past the schema`);
  if (actual === undefined || actual.length === 0) {
    if (quantifier === 'ForAllValues') return true;
    if (quantifier === 'ForAnyValue') return false;
    return negated !== undefined || withoutQuantifier.endsWith('IfExists');
  }
  const one = (value: string): boolean => wanted.some((item) => compare(value, item)) === (negated === undefined);
  return quantifier === 'ForAnyValue' ? actual.some(one) : actual.every(one);
}

function matchArn(actual: string, wanted: string): boolean {
  return matchesArn(wanted, actual);
}
