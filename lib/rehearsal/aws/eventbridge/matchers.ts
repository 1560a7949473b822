import { InputError } from '../../../plan/input-error.ts';

/** One alternative of a pattern against one value of the event (undefined: the field isn't there). */
export type Check = (value: unknown) => boolean;

type Literal = string | number | boolean | null;

const operators: Readonly<Record<string, (argument: unknown, path: string) => Check>> = {
  prefix: (argument, path) => affix(argument, path, 'prefix'),
  suffix: (argument, path) => affix(argument, path, 'suffix'),
  'equals-ignore-case': (argument, path) => {
    const wanted = text(argument, path, 'equals-ignore-case').toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
  },
  wildcard: (argument, path) => {
    const shape = wildcard(text(argument, path, 'wildcard'), path);
    return (value) => typeof value === 'string' && shape.test(value);
  },
  exists: (argument, path) => {
    if (typeof argument !== 'boolean') throw fault(path, 'exists takes true or false');
    return (value) => isLeaf(value) === argument;
  },
  numeric: numeric,
  'anything-but': anythingBut,
};

/** Compiles one element of a pattern's list. */
export function compileMatcher(wanted: unknown, path: string): Check {
  if (isLiteral(wanted)) return (value) => value === wanted;
  if (typeof wanted !== 'object' || wanted === null) throw fault(path, 'a pattern holds literals and operators');
  const entries = Object.entries(wanted);
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) throw fault(path, 'an alternative has exactly one operator');
  const [operator, argument] = entry;
  const compile = operators[operator];
  if (compile === undefined) throw fault(path, `not simulated: operator ${operator}`);
  return compile(argument, path);
}

function affix(argument: unknown, path: string, side: 'prefix' | 'suffix'): Check {
  const nested = typeof argument === 'object' && argument !== null ? Object.entries(argument) : [];
  if (nested.length > 0) {
    const [operator, inner] = nested[0]!;
    if (operator !== 'equals-ignore-case' || nested.length > 1)
      throw fault(path, `not simulated: ${side} with ${operator}`);
    const wanted = text(inner, path, side).toLowerCase();
    return (value) => typeof value === 'string' && hasAffix(value.toLowerCase(), wanted, side);
  }
  const wanted = text(argument, path, side);
  return (value) => typeof value === 'string' && hasAffix(value, wanted, side);
}

function hasAffix(value: string, wanted: string, side: 'prefix' | 'suffix'): boolean {
  return side === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
}

/** `*` stands for any number of characters, `\*` and `\\` for themselves. */
function wildcard(pattern: string, path: string): RegExp {
  if (pattern.includes('**')) throw fault(path, 'a wildcard has no two asterisks in a row');
  const source = pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return match === '*' ? '.*' : `\\${match}`;
  });
  return new RegExp(`^${source}$`, 's');
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(argument: unknown, path: string): Check {
  const wrong = 'numeric takes one or two pairs of a comparison and a number';
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) throw fault(path, wrong);
  const bounds: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = comparisons[String(argument[index])];
    const bound: unknown = argument[index + 1];
    if (compare === undefined || typeof bound !== 'number') throw fault(path, wrong);
    bounds.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

/** Matches a field that is there with any other value. */
function anythingBut(argument: unknown, path: string): Check {
  const unwanted = unwantedChecks(argument, path);
  return (value) => isLeaf(value) && !unwanted.some((check) => check(value));
}

function unwantedChecks(argument: unknown, path: string): Check[] {
  if (isLiteral(argument)) return [compileMatcher(argument, path)];
  if (Array.isArray(argument)) {
    if (argument.length === 0 || !argument.every(isLiteral)) throw fault(path, 'anything-but takes literals');
    return argument.map((literal) => compileMatcher(literal, path));
  }
  const entries = typeof argument === 'object' && argument !== null ? Object.entries(argument) : [];
  const [operator, inner] = entries[0] ?? ['nothing', undefined];
  if (entries.length !== 1 || !['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(operator)) {
    throw fault(path, `not simulated: anything-but with ${operator}`);
  }
  const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  return list.map((one) => compileMatcher({ [operator]: one }, path));
}

function isLiteral(value: unknown): value is Literal {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** `exists` and `anything-but` look at leaves: objects count as absent. */
function isLeaf(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

function text(value: unknown, path: string, operator: string): string {
  if (typeof value !== 'string' || value === '') throw fault(path, `${operator} takes a string that isn't empty`);
  return value;
}

function fault(path: string, reason: string): InputError {
  return new InputError(`event pattern at ${path}: ${reason}`);
}
