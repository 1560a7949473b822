import { isDeepStrictEqual } from 'node:util';
import { parse as parseYaml } from 'yaml';
import type { ControlPlane } from '../control-plane.ts';
import { deleteObject } from '../controllers/garbage-collector.ts';
import type { KubernetesObject, ObjectMeta } from '../objects.ts';
import { uidOf } from '../objects.ts';
import { nameSuffix } from '../pods.ts';
import { apiVersionOf, type ResourceType } from '../resource-types.ts';
import { validate, withDefaults } from './admission.ts';
import { selectObjects } from './list.ts';
import { applyConfiguration, ownChanges } from './managed-fields.ts';
import { isMembers, jsonPatch, mergePatch, strategicMerge } from './patch.ts';
import { type ApiRequest, Query, type ResourcePath } from './request.ts';
import {
  ApiError,
  alreadyExists,
  badRequest,
  conflict,
  notFound,
  notSimulated,
  unsupportedMediaType,
} from './status.ts';

export interface Written {
  readonly status: number;
  readonly object: KubernetesObject;
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];

export function existing(plane: ControlPlane, path: ResourcePath): KubernetesObject {
  const name = path.name ?? '';
  const object = plane.store.get(path.type.key, path.namespace ?? '', name);
  if (object === undefined) throw notFound(path.type, name);
  return object;
}

function managerOf(request: ApiRequest, query: Query): string {
  return query.text('fieldManager') ?? request.headers['user-agent']?.split('/')[0] ?? 'unknown';
}

/** Body of a create or update as an object of the path's kind. */
function bodyObject(path: ResourcePath, body: string | undefined): KubernetesObject {
  return asObject(path, parseBody(body, 'json'));
}

function parseBody(body: string | undefined, format: 'json' | 'yaml'): unknown {
  try {
    return format === 'json' ? JSON.parse(body ?? '') : parseYaml(body ?? '');
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asObject(path: ResourcePath, value: unknown): KubernetesObject {
  if (!isMembers(value) || !isMembers(value.metadata)) throw badRequest('the object has no metadata');
  const apiVersion = apiVersionOf(path.type, path.version);
  const kind = value.kind ?? path.type.kind;
  if (kind !== path.type.kind || (value.apiVersion ?? apiVersion) !== apiVersion)
    throw badRequest(
      `the API version or kind in the data (${String(value.apiVersion)}, ${String(kind)}) does not match the expected (${apiVersion}, ${path.type.kind})`,
    );
  const name = typeof value.metadata.name === 'string' ? value.metadata.name : '';
  return { ...value, apiVersion, kind: path.type.kind, metadata: { ...value.metadata, name } };
}

function inNamespace(path: ResourcePath, object: KubernetesObject): KubernetesObject {
  const { namespace } = object.metadata;
  if (namespace !== undefined && namespace !== path.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return path.namespace === undefined
    ? object
    : { ...object, metadata: { ...object.metadata, namespace: path.namespace } };
}

/** Creates what a client sends; the server's own members and the status are not taken from it. */
export function create(plane: ControlPlane, path: ResourcePath, request: ApiRequest, queryText: string): Written {
  const query = new Query(queryText, writeParameters);
  const given = inNamespace(path, bodyObject(path, request.body));
  const name = given.metadata.name !== '' ? given.metadata.name : generatedName(plane, given.metadata);
  if (path.type.namespaced && path.namespace === undefined) throw badRequest('the namespace is missing in the path');
  const named = { ...given, metadata: { ...given.metadata, name } };
  const writer = { manager: managerOf(request, query), operation: 'Update', nowMs: plane.nowMs } as const;
  return { status: 201, object: createObject(plane, path.type, ownChanges(undefined, named, writer), query.dryRun()) };
}

function generatedName(plane: ControlPlane, metadata: ObjectMeta): string {
  if (metadata.generateName === undefined)
    throw new ApiError(422, 'Invalid', 'name or generateName is required', {
      causes: [{ reason: 'FieldValueRequired', message: 'name or generateName is required', field: 'metadata.name' }],
    });
  return `${metadata.generateName.slice(0, 58)}${nameSuffix(plane)}`;
}

/** Admission and storage of a new object. */
export function createObject(
  plane: ControlPlane,
  type: ResourceType,
  given: KubernetesObject,
  dryRun: boolean,
): KubernetesObject {
  const { name, namespace } = given.metadata;
  if (namespace !== undefined) {
    const home = plane.store.get('Namespace', '', namespace);
    if (home === undefined) throw notFound({ plural: 'namespaces', group: '' }, namespace);
  }
  if (plane.store.get(type.key, namespace ?? '', name) !== undefined) throw alreadyExists(type, name);
  const { status: _status, ...rest } = given;
  const kept: KubernetesObject = type.status
    ? { ...rest, apiVersion: given.apiVersion, kind: given.kind, metadata: given.metadata }
    : given;
  validate(type, kept);
  const object = withDefaults(plane, type, { ...kept, metadata: clientMetadata(kept.metadata) });
  return dryRun ? object : plane.store.create(type, object);
}

function clientMetadata(metadata: ObjectMeta): ObjectMeta {
  const {
    uid: _u,
    resourceVersion: _r,
    generation: _g,
    creationTimestamp: _c,
    deletionTimestamp: _d,
    ...rest
  } = metadata;
  return rest;
}

/** Full replacement of an object or of its status. */
export function replace(plane: ControlPlane, path: ResourcePath, request: ApiRequest, queryText: string): Written {
  const query = new Query(queryText, writeParameters);
  const previous = existing(plane, path);
  const given = inNamespace(path, bodyObject(path, request.body));
  if (given.metadata.name !== previous.metadata.name)
    throw badRequest(
      `the name of the object (${given.metadata.name}) does not match the name on the URL (${path.name})`,
    );
  return { status: 200, object: store(plane, path, previous, given, managerOf(request, query), query.dryRun()) };
}

/** Writes `given` over `previous`: identity and the other half (spec or status) stay; nothing changed, nothing written. */
function store(
  plane: ControlPlane,
  path: ResourcePath,
  previous: KubernetesObject,
  given: KubernetesObject,
  manager: string,
  dryRun: boolean,
): KubernetesObject {
  const { type, subresource } = path;
  checkPreconditions(type, previous, given.metadata);
  const { status: givenStatus, ...withoutStatus } = given;
  const { status: oldStatus, ...oldWithoutStatus } = previous;
  const onlyStatus = subresource === 'status';
  const content = onlyStatus ? oldWithoutStatus : withoutStatus;
  const status = onlyStatus || !type.status ? givenStatus : oldStatus;
  const metadata = mergedMetadata(previous, onlyStatus ? previous.metadata : given.metadata);
  const next: KubernetesObject = {
    ...content,
    apiVersion: previous.apiVersion,
    kind: previous.kind,
    metadata,
    ...(status === undefined ? {} : { status }),
  };
  if (isDeepStrictEqual(withoutManaged(next), withoutManaged(previous))) return previous;
  if (!onlyStatus) validate(type, next);
  const kept =
    isDeepStrictEqual(next.spec, previous.spec) && previous.spec !== undefined
      ? { ...next, spec: previous.spec }
      : next;
  const writer = { manager, operation: 'Update', nowMs: plane.nowMs } as const;
  const owned = onlyStatus ? kept : ownChanges(previous, kept, writer);
  if (dryRun) return owned;
  const updated = plane.store.update(type, owned);
  return finalize(plane, type, updated);
}

/** An object that is being deleted goes when its last finalizer does. */
function finalize(plane: ControlPlane, type: ResourceType, object: KubernetesObject): KubernetesObject {
  if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0)
    if (type.key !== 'Pod') plane.store.remove(type, object);
  return object;
}

function withoutManaged(object: KubernetesObject): KubernetesObject {
  const { managedFields: _managed, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function mergedMetadata(previous: KubernetesObject, given: ObjectMeta): ObjectMeta {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, managedFields } = previous.metadata;
  const own = { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, managedFields };
  const present = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { ...clientMetadata(given), name: previous.metadata.name, ...present };
}

function checkPreconditions(type: ResourceType, previous: KubernetesObject, given: ObjectMeta): void {
  const { name, uid, resourceVersion } = previous.metadata;
  if (given.uid !== undefined && given.uid !== uid)
    throw conflict(type, name, `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`);
  if (given.resourceVersion !== undefined && given.resourceVersion !== '' && given.resourceVersion !== resourceVersion)
    throw conflict(type, name);
}

/** PATCH in its four content types. */
export function patch(plane: ControlPlane, path: ResourcePath, request: ApiRequest, queryText: string): Written {
  const query = new Query(queryText, writeParameters);
  const media = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (media === 'application/apply-patch+yaml') return apply(plane, path, request, query);
  const previous = existing(plane, path);
  const patched = patchValue(media, previous, parseBody(request.body, 'json'), path.type.custom);
  const given = asObject(path, patched);
  return { status: 200, object: store(plane, path, previous, given, managerOf(request, query), query.dryRun()) };
}

/** Applies a patch document to a value by its media type. */
export function patchValue(media: string, target: unknown, document: unknown, custom: boolean): unknown {
  if (media === 'application/merge-patch+json') return mergePatch(target, document);
  if (media === 'application/json-patch+json') return jsonPatch(target, document);
  if (media === 'application/strategic-merge-patch+json' && !custom) return strategicMerge(target, document);
  throw unsupportedMediaType(media);
}

function apply(plane: ControlPlane, path: ResourcePath, request: ApiRequest, query: Query): Written {
  const manager = query.text('fieldManager');
  if (manager === undefined)
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if (path.subresource !== undefined) throw notSimulated(`server-side apply on the subresource ${path.subresource}`);
  const applied = inNamespace(path, asObject(path, parseBody(request.body, 'yaml')));
  if (applied.metadata.name !== path.name)
    throw badRequest(`metadata.name ${applied.metadata.name} does not match the name on the URL (${path.name})`);
  if (applied.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const live = plane.store.get(path.type.key, path.namespace ?? '', path.name ?? '');
  const writer = { manager, operation: 'Apply', nowMs: plane.nowMs, force: query.flag('force') } as const;
  if (live === undefined)
    return {
      status: 201,
      object: createObject(plane, path.type, applyConfiguration(undefined, applied, writer), query.dryRun()),
    };
  checkPreconditions(path.type, live, applied.metadata);
  const merged = applyConfiguration(live, applied, writer);
  validate(path.type, merged);
  const sameSpec = isDeepStrictEqual(merged.spec, live.spec) && live.spec !== undefined;
  const next = sameSpec ? { ...merged, spec: live.spec } : merged;
  const unchanged =
    isDeepStrictEqual(withoutManaged(next), withoutManaged(live)) &&
    live.metadata.managedFields?.some((each) => each.manager === manager && each.operation === 'Apply') === true;
  if (query.dryRun() || unchanged) return { status: 200, object: unchanged ? live : next };
  return { status: 200, object: plane.store.update(path.type, next) };
}

const deleteParameters = ['dryRun', 'gracePeriodSeconds', 'propagationPolicy', 'orphanDependents'];

interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly orphan: boolean;
  readonly preconditions: ObjectMeta;
}

function deleteOptions(request: ApiRequest, query: Query): DeleteOptions {
  const body = request.body === undefined || request.body === '' ? {} : parseBody(request.body, 'json');
  const options = isMembers(body) ? body : {};
  const policy = query.text('propagationPolicy') ?? options.propagationPolicy ?? 'Background';
  if (policy === 'Foreground') throw notSimulated('propagationPolicy Foreground');
  if (policy !== 'Background' && policy !== 'Orphan') throw badRequest(`invalid propagationPolicy ${String(policy)}`);
  if (query.text('orphanDependents') !== undefined) throw notSimulated('orphanDependents; use propagationPolicy');
  const grace = query.text('gracePeriodSeconds') ?? options.gracePeriodSeconds;
  const preconditions = isMembers(options.preconditions) ? options.preconditions : {};
  return {
    dryRun: query.dryRun() || Array.isArray(options.dryRun),
    gracePeriodSeconds: grace === undefined ? undefined : Number(grace),
    orphan: policy === 'Orphan',
    preconditions: { name: '', ...preconditions },
  };
}

/** DELETE of one object: dependents follow in the background, or are orphaned. */
export function remove(
  plane: ControlPlane,
  path: ResourcePath,
  request: ApiRequest,
  queryText: string,
): KubernetesObject {
  const options = deleteOptions(request, new Query(queryText, deleteParameters));
  const object = existing(plane, path);
  checkPreconditions(path.type, object, options.preconditions);
  if (!options.dryRun) removeOne(plane, path.type, object, options);
  return plane.store.get(path.type.key, path.namespace ?? '', path.name ?? '') ?? object;
}

function removeOne(plane: ControlPlane, type: ResourceType, object: KubernetesObject, options: DeleteOptions): void {
  if (options.orphan) orphanDependents(plane, object);
  deleteObject(plane, type, object, options.gracePeriodSeconds);
}

function orphanDependents(plane: ControlPlane, owner: KubernetesObject): void {
  for (const dependent of plane.store.dependents(uidOf(owner))) {
    const type = plane.types.byKind(dependent.apiVersion, dependent.kind);
    const ownerReferences = dependent.metadata.ownerReferences?.filter((each) => each.uid !== owner.metadata.uid) ?? [];
    if (type !== undefined)
      plane.store.update(type, { ...dependent, metadata: { ...dependent.metadata, ownerReferences } });
  }
}

/** DELETE of a collection, narrowed by selectors. */
export function removeCollection(
  plane: ControlPlane,
  path: ResourcePath,
  request: ApiRequest,
  queryText: string,
): void {
  const query = new Query(queryText, [...deleteParameters, 'labelSelector', 'fieldSelector']);
  const options = deleteOptions(request, query);
  const found = selectObjects(plane.store.list(path.type.key, path.namespace), query);
  if (!options.dryRun) for (const object of found) removeOne(plane, path.type, object, options);
}
