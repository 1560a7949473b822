import type { z } from 'zod';
import { formats } from './formats.ts';
import { planJsonSchema } from './json-schema.ts';
import type { Finding, PlanPath } from './mistake.ts';
import { nearest, nearestRemedy } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** What the schema found, in words. `raw` is the document that it looked at. */
export function schemaFindings(raw: unknown, issues: readonly Issue[]): Finding[] {
  return issues.flatMap((issue) => issueFindings(raw, issue));
}

function issueFindings(raw: unknown, issue: Issue): Finding[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  const value = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(raw, path, key));
    case 'invalid_type':
      return [value === undefined ? missing(path, issue.expected) : wrongType(path, value, issue.expected)];
    case 'invalid_value':
      return [value === undefined ? missing(path, choices(issue.values)) : wrongChoice(path, value, issue.values)];
    case 'invalid_format':
      return [wrongFormat(path, value, issue.pattern)];
    case 'too_small':
    case 'too_big':
      return [outOfRange(path, value, issue)];
    case 'invalid_union':
      return [wrongVariant(path, raw)];
    default:
      return [{ path, message: issue.message, remedy: 'see schema/lifeboat.schema.json' }];
  }
}

function unknownKey(raw: unknown, path: PlanPath, key: string): Finding {
  const node = schemaAt(planJsonSchema(), raw, path);
  const known = Object.keys(members(node, 'properties'));
  const there = Object.keys(Object(valueAt(raw, path)));
  const free = known.filter((candidate) => !there.includes(candidate));
  const meant = nearest(key, free);
  const already = nearest(key, known);
  let remedy = `known here: ${known.join(', ')}`;
  if (meant) remedy = `did you mean "${meant}"?`;
  else if (already) remedy = `did you mean "${already}"? That key is there already: remove this one`;
  return { path: [...path, key], at: 'key', message: `unknown key "${key}"`, remedy };
}

function missing(path: PlanPath, expected: string): Finding {
  const last = path.at(-1);
  if (path.length === 0)
    return { path, message: 'the plan is empty', remedy: 'lifeboat init drafts one from a folder of manifests' };
  return {
    path: path.slice(0, -1),
    at: 'key',
    message: `"${last}" is missing`,
    remedy: `add ${last}: ${typeNoun(expected)}`,
  };
}

function wrongType(path: PlanPath, value: unknown, expected: string): Finding {
  const isDuration = expected === 'string' && typeof value === 'number';
  const remedy = isDuration
    ? `write text; a duration has a unit, like ${value}s, any other number stands in quotes`
    : `write ${typeNoun(expected)}`;
  return { path, message: `${shown(value)} is not ${typeNoun(expected)}`, remedy };
}

function wrongChoice(path: PlanPath, value: unknown, values: readonly unknown[]): Finding {
  const texts = values.map(String);
  const meant = texts.length === 1 ? texts[0] : nearest(String(value), texts);
  const remedy = meant === undefined ? 'choose one of these' : `did you mean ${meant}?`;
  return { path, message: `${shown(value)} is not ${choices(values)}`, remedy };
}

function wrongFormat(path: PlanPath, value: unknown, pattern: string | undefined): Finding {
  const format = Object.values(formats).find((candidate) => String(candidate.pattern) === pattern);
  return {
    path,
    message: `${shown(value)} is not ${format?.noun ?? 'of the right form'}`,
    remedy: format?.remedy ?? `it must match ${pattern}`,
  };
}

function outOfRange(path: PlanPath, value: unknown, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): Finding {
  const small = issue.code === 'too_small';
  const bound = String(small ? issue.minimum : issue.maximum);
  if (issue.origin === 'array' || issue.origin === 'string') {
    return {
      path,
      message: `"${path.at(-1)}" is empty`,
      remedy: issue.origin === 'array' ? `list ${bound} or more` : 'write something',
    };
  }
  const word = small ? 'small' : 'large';
  return { path, message: `${shown(value)} is too ${word}`, remedy: `${small ? 'at least' : 'at most'} ${bound}` };
}

function wrongVariant(path: PlanPath, raw: unknown): Finding {
  const node = schemaAt(planJsonSchema(), raw, path.slice(0, -1));
  const kinds = variants(node).flatMap((variant) => members(members(variant, 'properties'), 'kind').const ?? []);
  const kind = valueAt(raw, path);
  if (kind === undefined) return missing(path, `one of ${kinds.join(', ')}`);
  return {
    path,
    message: `${shown(kind)} is not a kind that is known here`,
    remedy: nearestRemedy(String(kind), kinds.map(String)),
  };
}

const typeNouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
  boolean: 'true or false',
};

function typeNoun(expected: string): string {
  return typeNouns[expected] ?? expected;
}

function choices(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : String(value);
}

function valueAt(raw: unknown, path: PlanPath): unknown {
  let value: unknown = raw;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

type SchemaNode = Readonly<Record<string, unknown>>;

function members(node: SchemaNode, key: string): SchemaNode {
  const value = node[key];
  return typeof value === 'object' && value !== null ? (value as SchemaNode) : {};
}

function variants(node: SchemaNode): readonly SchemaNode[] {
  const any = node.oneOf ?? node.anyOf;
  return Array.isArray(any) ? any : [];
}

/** The schema of what stands at `path`; of a union the variant whose `kind` is the document's. */
function schemaAt(root: SchemaNode, raw: unknown, path: PlanPath): SchemaNode {
  let node = root;
  for (const [depth, step] of path.entries()) {
    if (typeof step === 'number') node = members(node, 'items');
    else
      node =
        step in members(node, 'properties')
          ? members(members(node, 'properties'), step)
          : members(node, 'additionalProperties');
    const kind = valueAt(raw, [...path.slice(0, depth + 1), 'kind']);
    const variant = variants(node).find(
      (candidate) => members(members(candidate, 'properties'), 'kind').const === kind,
    );
    node = variant ?? node;
  }
  return node;
}
