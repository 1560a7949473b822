import type { Path } from './expression-reader.ts';
import { validation } from './validation.ts';
import type { AttributeValue, Item } from './values.ts';

/** What a parsed expression needs from the request. */
export interface Placeholders {
  /** `ConditionExpression` */
  readonly kind: string;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/** ExpressionAttributeNames and ExpressionAttributeValues of one request. */
export class ExpressionScope {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Item>;

  constructor(names: Readonly<Record<string, string>> | undefined, values: Readonly<Item> | undefined) {
    this.names = names ?? {};
    this.values = values ?? {};
  }

  /** Every placeholder is defined and every definition is used; DynamoDB refuses both mistakes. */
  check(expressions: readonly Placeholders[]): void {
    for (const expression of expressions) {
      for (const name of expression.names) {
        if (this.names[name] !== undefined) continue;
        throw validation(
          `Invalid ${expression.kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
      }
      for (const value of expression.values) {
        if (this.values[value] !== undefined) continue;
        throw validation(
          `Invalid ${expression.kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
      }
    }
    this.#checkUnused('ExpressionAttributeNames', Object.keys(this.names), (key) =>
      expressions.some((e) => e.names.has(key)),
    );
    this.#checkUnused('ExpressionAttributeValues', Object.keys(this.values), (key) =>
      expressions.some((e) => e.values.has(key)),
    );
  }

  #checkUnused(member: string, keys: readonly string[], used: (key: string) => boolean): void {
    const unused = keys.filter((key) => !used(key));
    if (unused.length > 0) {
      throw validation(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
    }
  }

  value(placeholder: string): AttributeValue {
    return this.values[placeholder]!;
  }

  /** The path with placeholders replaced by attribute names. */
  resolve(path: Path): Path {
    return path.map((element) =>
      typeof element === 'string' && element.startsWith('#') ? this.names[element]! : element,
    );
  }
}

/** The value at a path with resolved names; undefined where there is none. */
export function valueAt(item: Readonly<Item>, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = item[path[0] as string];
  for (let depth = 1; depth < path.length && value !== undefined; depth++) {
    const element = path[depth]!;
    value = typeof element === 'number' ? value.L?.[element] : value.M?.[element];
  }
  return value;
}

/** A cache of parsed expressions by their text: handlers send the same few texts for ever. */
export function cachedByText<T>(parse: (text: string) => T): (text: string) => T {
  const parsed = new Map<string, T>();
  return (text) => {
    let expression = parsed.get(text);
    if (expression === undefined) {
      expression = parse(text);
      parsed.set(text, expression);
    }
    return expression;
  };
}
