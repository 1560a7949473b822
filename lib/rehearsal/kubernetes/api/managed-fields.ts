import type { FieldsV1, KubernetesObject, ManagedFieldsEntry } from '../objects.ts';
import { timestamp } from '../objects.ts';
import { isMembers, mergeKeyOf } from './patch.ts';
import { ApiError } from './status.ts';

/** Fields nobody owns: the server's own. */
const unowned: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status']);
const unownedMetadata: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'generateName',
]);

/** Paths of an object's leaves and their values; a list item that is matched by key is a step of its own. */
type Leaves = ReadonlyMap<string, unknown>;

const separator = '\u0000';

function leavesOf(object: KubernetesObject): Leaves {
  const leaves = new Map<string, unknown>();
  for (const [field, value] of Object.entries(object)) {
    if (unowned.has(field)) continue;
    if (field === 'metadata' && isMembers(value)) {
      for (const [name, member] of Object.entries(value))
        if (!unownedMetadata.has(name)) collect(member, name, `f:metadata${separator}f:${name}`, leaves);
    } else collect(value, field, `f:${field}`, leaves);
  }
  return leaves;
}

function collect(value: unknown, field: string, path: string, leaves: Map<string, unknown>): void {
  if (isMembers(value) && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) collect(member, name, `${path}${separator}f:${name}`, leaves);
    return;
  }
  const key = Array.isArray(value) ? mergeKeyOf(field, value) : undefined;
  if (key === undefined || !Array.isArray(value)) {
    leaves.set(path, value);
    return;
  }
  for (const item of value)
    if (isMembers(item)) collect(item, '', `${path}${separator}k:${JSON.stringify({ [key]: item[key] })}`, leaves);
}

function encode(paths: Iterable<string>): FieldsV1 {
  interface Tree {
    [step: string]: Tree;
  }
  const root: Tree = {};
  for (const path of paths) {
    let tree = root;
    for (const step of path.split(separator)) {
      tree[step] ??= {};
      tree = tree[step];
    }
  }
  return root;
}

function decode(fields: FieldsV1, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([step, below]) => {
    const path = prefix === '' ? step : `${prefix}${separator}${step}`;
    return Object.keys(below).length === 0 ? [path] : decode(below, path);
  });
}

function dotted(path: string): string {
  return path
    .split(separator)
    .map((step) => (step.startsWith('k:') ? `[${step.slice(2)}]` : `.${step.slice(2)}`))
    .join('');
}

interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly nowMs: number;
  readonly subresource?: string;
}

function entry(object: KubernetesObject, writer: Writer, paths: Iterable<string>): ManagedFieldsEntry {
  return {
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: object.apiVersion,
    time: timestamp(writer.nowMs),
    fieldsType: 'FieldsV1',
    fieldsV1: encode(paths),
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  };
}

function sameWriter(one: ManagedFieldsEntry, writer: Writer): boolean {
  return one.manager === writer.manager && one.operation === writer.operation && one.subresource === writer.subresource;
}

function withEntries(object: KubernetesObject, entries: readonly ManagedFieldsEntry[]): KubernetesObject {
  const managedFields = entries.filter((each) => Object.keys(each.fieldsV1).length > 0);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Ownership after a create or update: the writer owns what it changed, others lose that. */
export function ownChanges(
  previous: KubernetesObject | undefined,
  next: KubernetesObject,
  writer: Writer,
): KubernetesObject {
  const before: Leaves = previous === undefined ? new Map<string, unknown>() : leavesOf(previous);
  const after = leavesOf(next);
  const changed = new Set<string>();
  for (const [path, value] of after)
    if (!before.has(path) || JSON.stringify(before.get(path)) !== JSON.stringify(value)) changed.add(path);
  const entries: ManagedFieldsEntry[] = [];
  for (const present of previous?.metadata.managedFields ?? []) {
    if (sameWriter(present, writer)) {
      for (const path of decode(present.fieldsV1)) if (after.has(path)) changed.add(path);
      continue;
    }
    const kept = decode(present.fieldsV1).filter((path) => after.has(path) && !changed.has(path));
    entries.push({ ...present, fieldsV1: encode(kept) });
  }
  return withEntries(next, [...entries, entry(next, writer, changed)]);
}

/** Merges an applied configuration into the live object; fields that only this manager owned and dropped go. */
export function applyConfiguration(
  live: KubernetesObject | undefined,
  applied: KubernetesObject,
  writer: Writer & { readonly force: boolean },
): KubernetesObject {
  const wanted = leavesOf(applied);
  if (live === undefined) return withEntries(applied, [entry(applied, writer, wanted.keys())]);
  const others = (live.metadata.managedFields ?? []).filter((each) => !sameWriter(each, writer));
  const current = leavesOf(live);
  const contested = new Map<string, string>();
  for (const other of others)
    for (const path of decode(other.fieldsV1))
      if (wanted.has(path) && JSON.stringify(wanted.get(path)) !== JSON.stringify(current.get(path)))
        contested.set(path, other.manager);
  if (contested.size > 0 && !writer.force) throw applyConflict(contested);

  const mine = live.metadata.managedFields?.find((each) => sameWriter(each, writer));
  const othersOwn = new Set(others.flatMap((each) => decode(each.fieldsV1)));
  const dropped = decode(mine?.fieldsV1 ?? {}).filter((path) => !wanted.has(path) && !othersOwn.has(path));
  let merged: unknown = live;
  for (const path of dropped) merged = without(merged, path.split(separator));
  for (const [path, value] of wanted) merged = set(merged, path.split(separator), value);
  const kept = others.map((each) => ({
    ...each,
    fieldsV1: encode(decode(each.fieldsV1).filter((path) => !contested.has(path))),
  }));
  // The merge starts from the live object and only sets fields below it, so identity members are those of `live`.
  const { apiVersion, kind, metadata } = live;
  const result: KubernetesObject = { apiVersion, kind, metadata, ...(isMembers(merged) ? merged : {}) };
  return withEntries(result, [...kept, entry(applied, writer, wanted.keys())]);
}

function applyConflict(contested: ReadonlyMap<string, string>): ApiError {
  const causes = [...contested].map(([path, manager]) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"`,
    field: dotted(path),
  }));
  const list = causes.map((cause) => `${cause.message}: ${cause.field}`).join('\n- ');
  const noun = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
  return new ApiError(409, 'Conflict', `Apply failed with ${noun}: ${list}`, { causes });
}

function itemKey(step: string): Readonly<Record<string, unknown>> {
  const key: unknown = JSON.parse(step.slice(2));
  return isMembers(key) ? key : {};
}

function isItem(item: unknown, key: Readonly<Record<string, unknown>>): boolean {
  return isMembers(item) && Object.entries(key).every(([name, value]) => item[name] === value);
}

function set(target: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (step.startsWith('k:')) {
    const key = itemKey(step);
    const items = Array.isArray(target) ? [...target] : [];
    const index = items.findIndex((item) => isItem(item, key));
    if (index < 0) items.push(set({ ...key }, rest, value));
    else items[index] = set(items[index], rest, value);
    return items;
  }
  const members = isMembers(target) ? target : {};
  const name = step.slice(2);
  return { ...members, [name]: set(members[name], rest, value) };
}

function without(target: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return undefined;
  if (step.startsWith('k:')) {
    if (!Array.isArray(target)) return target;
    const key = itemKey(step);
    const items = target.map((item) => (isItem(item, key) ? without(item, rest) : item));
    // An item that lost its own key was owned whole and goes whole.
    return items.filter((item) => !isMembers(item) || Object.keys(key).every((name) => name in item));
  }
  if (!isMembers(target)) return target;
  const name = step.slice(2);
  const { [name]: value, ...others } = target;
  const left = rest.length === 0 ? undefined : without(value, rest);
  const empty =
    left === undefined ||
    (isMembers(left) && Object.keys(left).length === 0) ||
    (Array.isArray(left) && left.length === 0);
  return empty ? others : { ...others, [name]: left };
}
