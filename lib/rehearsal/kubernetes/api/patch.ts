import { badRequest, notSimulated } from './status.ts';

type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7386). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch;
  const result: Record<string, unknown> = isMembers(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Lists of objects that strategic merge and server-side apply match by key (patchMergeKey in k8s.io/api), by field name. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  ownerReferences: ['uid'],
  conditions: ['type'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  resourceClaims: ['name'],
};

/** The merge key of a list, where its items decide between `ports` of a container and of a Service. */
export function mergeKeyOf(field: string, items: readonly unknown[]): string | undefined {
  const key =
    mergeKeys[field]?.[0] ??
    (field === 'ports'
      ? items.some((item) => isMembers(item) && 'containerPort' in item)
        ? 'containerPort'
        : 'port'
      : undefined);
  if (key === undefined) return undefined;
  return items.every((item) => isMembers(item) && item[key] !== undefined) ? key : undefined;
}

/** Lists of plain values that are united rather than replaced. */
const unitedLists: ReadonlySet<string> = new Set(['finalizers']);

/** Strategic merge patch for built-in kinds, with `$patch: delete` and `replace`. */
export function strategicMerge(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) return mergeLists(Array.isArray(target) ? target : [], patch, field);
  if (!isMembers(patch)) return patch;
  if (patch.$patch === 'replace') {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  const result: Record<string, unknown> = isMembers(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) throw notSimulated(`the strategic merge directive ${key}`);
    if (value === null) delete result[key];
    else result[key] = strategicMerge(result[key], value, key);
  }
  return result;
}

function mergeLists(target: readonly unknown[], patch: readonly unknown[], field: string): unknown[] {
  if (unitedLists.has(field)) return [...new Set([...target, ...patch])];
  if (patch.some((item) => isMembers(item) && item.$patch === 'replace'))
    return patch.filter((item) => !(isMembers(item) && item.$patch === 'replace'));
  const key = mergeKeyOf(field, [...target, ...patch]);
  if (key === undefined) return [...patch];
  let result = [...target];
  for (const item of patch) {
    if (!isMembers(item)) continue;
    const index = result.findIndex((each) => isMembers(each) && each[key] === item[key]);
    if (item.$patch === 'delete') result = result.filter((_, at) => at !== index);
    else if (index < 0) result.push(strategicMerge(undefined, item));
    else result[index] = strategicMerge(result[index], item);
  }
  return result;
}

/** JSON patch (RFC 6902): add, remove, replace, test, copy, move. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  let document: unknown = structuredClone(target);
  for (const operation of patch) {
    if (!isMembers(operation) || typeof operation.path !== 'string')
      throw badRequest('a JSON patch operation needs op and path');
    const { op, value } = operation;
    const path = pointer(operation.path);
    if (op === 'copy' || op === 'move') {
      const from = pointer(String(operation.from));
      const moved = structuredClone(read(document, from));
      if (op === 'move') document = change(document, from, 'remove', undefined);
      document = change(document, path, 'add', moved);
    } else if (op === 'test') {
      if (JSON.stringify(read(document, path)) !== JSON.stringify(value))
        throw badRequest(`testing path ${operation.path} value failed`);
    } else if (op === 'add' || op === 'remove' || op === 'replace') document = change(document, path, op, value);
    else throw badRequest(`JSON patch operation ${String(op)} is not known`);
  }
  return document;
}

function pointer(path: string): readonly string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const step of path)
    value = Array.isArray(value) ? value[Number(step)] : isMembers(value) ? value[step] : undefined;
  return value;
}

function change(document: unknown, path: readonly string[], op: 'add' | 'remove' | 'replace', value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return op === 'remove' ? undefined : value;
  const missing = badRequest(`the path ${path.join('/')} of a JSON patch does not exist`);
  if (Array.isArray(document)) {
    const index = step === '-' ? document.length : Number(step);
    const copy = [...document];
    if (rest.length > 0) copy[index] = change(copy[index], rest, op, value);
    else if (op === 'add') copy.splice(index, 0, value);
    else if (index >= copy.length) throw missing;
    else if (op === 'remove') copy.splice(index, 1);
    else copy[index] = value;
    return copy;
  }
  if (!isMembers(document)) throw missing;
  const copy: Record<string, unknown> = { ...document };
  if (rest.length > 0) copy[step] = change(copy[step], rest, op, value);
  else if (op === 'add') copy[step] = value;
  else if (!(step in copy)) throw missing;
  else if (op === 'remove') delete copy[step];
  else copy[step] = value;
  return copy;
}
