import { addNumbers } from './decimal.ts';
import type { Path } from './expression-reader.ts';
import { type ExpressionScope, valueAt } from './expression-scope.ts';
import type { SetOperand, UpdateAction, UpdateExpression } from './update-parser.ts';
import { validation } from './validation.ts';
import {
  type AttributeValue,
  type Item,
  setKey,
  setMembers,
  setOf,
  storedItem,
  storedValue,
  typeOf,
} from './values.ts';

export interface Updated {
  readonly item: Item;
  /** Resolved paths that the expression wrote to or removed. */
  readonly touched: readonly Path[];
}

/** What becomes of `item` (or of the key alone, where there is no item). Right-hand sides read the item as it was. */
export function applyUpdate(item: Readonly<Item>, expression: UpdateExpression, scope: ExpressionScope): Updated {
  const touched = expression.actions.map((action) => scope.resolve(action.path));
  checkOverlap(touched);
  const after = storedItem(item);
  const removals: Path[] = [];
  for (const [index, action] of expression.actions.entries()) {
    const path = touched[index]!;
    if (action.kind === 'REMOVE') removals.push(path);
    else if (action.kind === 'SET') write(after, path, setValue(item, action, scope));
    else if (action.kind === 'ADD') write(after, path, added(valueAt(item, path), scope.value(action.placeholder)));
    else deleteMembers(after, path, valueAt(item, path), scope.value(action.placeholder));
  }
  // Indexes of removed list elements count in the list as it was, so the last goes first.
  removals.sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);
  for (const path of removals) remove(after, path);
  return { item: after, touched };
}

function checkOverlap(paths: readonly Path[]): void {
  for (const [index, one] of paths.entries()) {
    for (const two of paths.slice(index + 1)) {
      const common = Math.min(one.length, two.length);
      if (!one.slice(0, common).every((element, depth) => element === two[depth])) continue;
      throw validation(
        `Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${show(one)}, path two: ${show(two)}`,
      );
    }
  }
}

function show(path: Path): string {
  return `[${path.map((element) => (typeof element === 'number' ? `[${element}]` : element)).join(', ')}]`;
}

function setValue(
  item: Readonly<Item>,
  action: UpdateAction & { kind: 'SET' },
  scope: ExpressionScope,
): AttributeValue {
  const value = operandValue(item, action.operand, scope);
  if (action.plus === undefined) return storedValue(value);
  const other = operandValue(item, action.plus, scope);
  if (value.N === undefined || other.N === undefined) {
    throw validation('An operand in the update expression has an incorrect data type');
  }
  return { N: addNumbers(value.N, other.N, action.sign) };
}

function operandValue(item: Readonly<Item>, operand: SetOperand, scope: ExpressionScope): AttributeValue {
  switch (operand.kind) {
    case 'value':
      return scope.value(operand.placeholder);
    case 'path': {
      const value = valueAt(item, scope.resolve(operand.path));
      if (value !== undefined) return value;
      throw validation('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, scope.resolve(operand.path)) ?? operandValue(item, operand.otherwise, scope);
    case 'list_append': {
      const first = operandValue(item, operand.first, scope);
      const second = operandValue(item, operand.second, scope);
      if (first.L !== undefined && second.L !== undefined) return { L: [...first.L, ...second.L] };
      throw validation('An operand in the update expression has an incorrect data type');
    }
  }
}

function added(current: AttributeValue | undefined, addend: AttributeValue): AttributeValue {
  const type = typeOf(addend);
  if (addend.N === undefined && !type.endsWith('S')) throw wrongOperand('ADD', type);
  if (type === 'S') throw wrongOperand('ADD', type);
  if (current === undefined) return storedValue(addend);
  if (typeOf(current) !== type) throw validation('An operand in the update expression has an incorrect data type');
  if (current.N !== undefined && addend.N !== undefined) return { N: addNumbers(current.N, addend.N) };
  const members = setMembers(current);
  const keys = new Set(members.map(setKey));
  return setOf(type, [...members, ...setMembers(storedValue(addend)).filter((member) => !keys.has(setKey(member)))]);
}

function deleteMembers(item: Item, path: Path, current: AttributeValue | undefined, removed: AttributeValue): void {
  const type = typeOf(removed);
  if (type.length !== 2) throw wrongOperand('DELETE', type);
  if (current === undefined) return;
  if (typeOf(current) !== type) throw validation('An operand in the update expression has an incorrect data type');
  const keys = new Set(setMembers(removed).map(setKey));
  const left = setMembers(current).filter((member) => !keys.has(setKey(member)));
  if (left.length > 0) write(item, path, setOf(type, left));
  else remove(item, path);
}

function wrongOperand(operator: string, type: string): Error {
  return validation(
    `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ${operator}, operand type: ${type}`,
  );
}

function parentOf(item: Item, path: Path): AttributeValue {
  const parent = path.length === 1 ? { M: item } : valueAt(item, path.slice(0, -1));
  const container = typeof path.at(-1) === 'number' ? parent?.L : parent?.M;
  if (parent !== undefined && container !== undefined) return parent;
  throw validation('The document path provided in the update expression is invalid for update');
}

function write(item: Item, path: Path, value: AttributeValue): void {
  const parent = parentOf(item, path);
  const last = path.at(-1)!;
  // Writing past the end of a list appends.
  if (typeof last === 'number') parent.L![Math.min(last, parent.L!.length)] = value;
  else parent.M![last] = value;
}

function remove(item: Item, path: Path): void {
  const last = path.at(-1)!;
  if (path.length > 1 && valueAt(item, path.slice(0, -1)) === undefined) parentOf(item, path);
  const parent = path.length === 1 ? { M: item } : valueAt(item, path.slice(0, -1));
  if (typeof last === 'number') parent?.L?.splice(last, 1);
  else if (parent?.M !== undefined) delete parent.M[last];
}
