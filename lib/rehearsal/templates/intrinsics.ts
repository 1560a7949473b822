/** Functions that `evaluate` implements; in a template anything else that starts with `Fn::` is refused by name. */
export const intrinsicNames: ReadonlySet<string> = new Set([
  'Ref',
  'Condition',
  'Fn::GetAtt',
  'Fn::Join',
  'Fn::Sub',
  'Fn::Select',
  'Fn::Split',
  'Fn::ImportValue',
  'Fn::FindInMap',
  'Fn::Base64',
  'Fn::If',
  'Fn::Equals',
  'Fn::Not',
  'Fn::And',
  'Fn::Or',
]);

/** Where names of a template get their values. Each throws an Error that names what is missing. */
export interface Scope {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  mapped(map: string, top: string, second: string): unknown;
  condition(name: string): boolean;
}

/** What `{Ref: AWS::NoValue}` gives: the property or list item is left out. */
export const noValue = Symbol('AWS::NoValue');

interface Intrinsic {
  readonly name: string;
  readonly argument: unknown;
}

/** An object with one key that names a function; `Condition` only takes a name (a statement's Condition is an object). */
export function asIntrinsic(value: unknown): Intrinsic | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined) return undefined;
  const argument: unknown = Object.values(value)[0];
  if (name === 'Condition') return typeof argument === 'string' ? { name, argument } : undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

/** Replaces every intrinsic function in a value by what it gives. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const intrinsic = asIntrinsic(value);
  if (intrinsic !== undefined) return evaluateIntrinsic(intrinsic, scope);
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const result = evaluate(member, scope);
    if (result !== noValue) out[key] = result;
  }
  return out;
}

function evaluateIntrinsic({ name, argument }: Intrinsic, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(text(argument, name));
    case 'Fn::GetAtt':
      return getAttribute(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::ImportValue':
      return scope.importValue(text(evaluate(argument, scope), name));
    case 'Fn::Base64':
      return Buffer.from(text(evaluate(argument, scope), name)).toString('base64');
    case 'Fn::Join':
    case 'Fn::Split':
    case 'Fn::Select':
    case 'Fn::FindInMap':
      return ofList(name, list(argument, name), scope);
    default:
      return logical(name, argument, scope);
  }
}

function getAttribute(argument: unknown, scope: Scope): unknown {
  const parts = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
  const [logicalId, ...attribute] = parts.map((part) => text(evaluate(part, scope), 'Fn::GetAtt'));
  return scope.attribute(logicalId ?? '', attribute.join('.'));
}

function ofList(name: string, items: readonly unknown[], scope: Scope): unknown {
  const values = items.map((item) => evaluate(item, scope));
  if (name === 'Fn::FindInMap') {
    const [map, top, second] = values.map((value) => text(value, name));
    return scope.mapped(map ?? '', top ?? '', second ?? '');
  }
  if (name === 'Fn::Select') {
    const selected: unknown = list(values[1], name)[Number(values[0])];
    if (selected === undefined) throw new Error(`Fn::Select: there is no item ${String(values[0])}`);
    return selected;
  }
  const delimiter = text(values[0], name);
  if (name === 'Fn::Split') return text(values[1], name).split(delimiter);
  return list(values[1], name)
    .map((value) => text(value, name))
    .join(delimiter);
}

function logical(name: string, argument: unknown, scope: Scope): unknown {
  if (name === 'Condition') return scope.condition(text(argument, name));
  const items = list(argument, name);
  switch (name) {
    case 'Fn::If':
      return evaluate(items[scope.condition(text(items[0], name)) ? 1 : 2], scope);
    case 'Fn::Equals':
      return String(evaluate(items[0], scope)) === String(evaluate(items[1], scope));
    case 'Fn::Not':
      return evaluate(items[0], scope) !== true;
    case 'Fn::And':
      return items.every((item) => evaluate(item, scope) === true);
    case 'Fn::Or':
      return items.some((item) => evaluate(item, scope) === true);
    default:
      throw new Error(`${name} is not simulated`);
  }
}

/** `${Name}`, `${Name.Attribute}`, variables of the second argument, and `${!Literal}`. */
function substitute(argument: unknown, scope: Scope): string {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = evaluate(variables ?? {}, scope);
  return text(pattern, 'Fn::Sub').replace(subVariable, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (typeof own === 'object' && own !== null && name in own) {
      return text(Object.entries(own).find(([key]) => key === name)?.[1], 'Fn::Sub');
    }
    const [logicalId = '', ...attribute] = name.split('.');
    return text(
      attribute.length === 0 ? scope.ref(logicalId) : scope.attribute(logicalId, attribute.join('.')),
      'Fn::Sub',
    );
  });
}

const subVariable = /\$\{([^}]+)\}/g;

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} needs a string and got ${JSON.stringify(value) ?? String(value)}`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} needs a list and got ${JSON.stringify(value) ?? String(value)}`);
}

/** Logical ids and parameters that a value refers to, and functions in it that are unknown. */
export function references(value: unknown): {
  readonly names: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
} {
  const names = new Set<string>();
  const unknown = new Set<string>();
  const visit = (item: unknown): void => {
    const intrinsic = asIntrinsic(item);
    if (intrinsic !== undefined) {
      if (!intrinsicNames.has(intrinsic.name)) unknown.add(intrinsic.name);
      for (const name of named(intrinsic)) names.add(name);
    }
    if (typeof item === 'object' && item !== null) for (const member of Object.values(item)) visit(member);
  };
  visit(value);
  return { names, unknown };
}

function named({ name, argument }: Intrinsic): readonly string[] {
  if (name === 'Ref') return typeof argument === 'string' ? [argument] : [];
  if (name === 'Fn::GetAtt') {
    const first: unknown = Array.isArray(argument) ? argument[0] : String(argument).split('.')[0];
    return typeof first === 'string' ? [first] : [];
  }
  if (name !== 'Fn::Sub') return [];
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = new Set(Object.keys(variables ?? {}));
  return [...String(pattern).matchAll(subVariable)]
    .map((match) => match[1] ?? '')
    .filter((variable) => !variable.startsWith('!') && !own.has(variable))
    .map((variable) => variable.split('.')[0] ?? '');
}
