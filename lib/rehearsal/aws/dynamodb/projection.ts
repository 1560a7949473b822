import { ExpressionReader, type Path } from './expression-reader.ts';
import { cachedByText, type Placeholders } from './expression-scope.ts';
import type { AttributeValue, Item } from './values.ts';

export interface ProjectionExpression extends Placeholders {
  readonly paths: readonly Path[];
}

export const parseProjection = cachedByText((text: string): ProjectionExpression => {
  const reader = new ExpressionReader('ProjectionExpression', text);
  const paths = [reader.path()];
  while (reader.take(',')) paths.push(reader.path());
  reader.end();
  return { kind: 'ProjectionExpression', paths, names: reader.names, values: reader.values };
});

/** Which children of a value are wanted; none at all: the whole value. */
type Wanted = Map<string | number, Wanted>;

/** The parts of an item at resolved paths, in their places; list elements close up. Paths that aren't there are left out. */
export function project(item: Readonly<Item>, paths: readonly Path[]): Item {
  const wanted: Wanted = new Map();
  for (const path of paths) {
    let node = wanted;
    for (const element of path) {
      const child: Wanted = node.get(element) ?? new Map();
      node.set(element, child);
      node = child;
    }
  }
  return prune({ M: item }, wanted)?.M ?? {};
}

function prune(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted.size === 0) return value;
  if (value.L !== undefined) {
    const indexes = [...wanted.keys()].filter((key) => typeof key === 'number').sort((a, b) => a - b);
    const elements = indexes.flatMap((index) => kept(value.L?.[index], wanted.get(index)!));
    return elements.length > 0 ? { L: elements } : undefined;
  }
  const out: Item = {};
  for (const [name, children] of wanted) {
    if (typeof name === 'number') continue;
    const [part] = kept(value.M?.[name], children);
    if (part !== undefined) out[name] = part;
  }
  return Object.keys(out).length > 0 ? { M: out } : undefined;
}

function kept(value: AttributeValue | undefined, wanted: Wanted): AttributeValue[] {
  const part = value === undefined ? undefined : prune(value, wanted);
  return part === undefined ? [] : [part];
}
