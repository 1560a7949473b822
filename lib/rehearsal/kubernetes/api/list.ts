import type { ControlPlane } from '../control-plane.ts';
import type { KubernetesObject } from '../objects.ts';
import { namespaceOf } from '../objects.ts';
import { apiVersionOf } from '../resource-types.ts';
import { meetsRequirement, parseLabelSelector } from '../selectors.ts';
import { isMembers } from './patch.ts';
import { itemText } from './representation.ts';
import { Query, type ResourcePath } from './request.ts';
import { ApiError, badRequest, notSimulated } from './status.ts';

const parameters = [
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'watch',
  'allowWatchBookmarks',
  'timeoutSeconds',
] as const;

/** Answers a LIST: a cut at one resourceVersion, in the order of etcd's keys, in pages. */
export function list(plane: ControlPlane, path: ResourcePath, queryText: string): string {
  const query = new Query(queryText, parameters);
  if (query.flag('watch')) throw notSimulated('watch');
  const token = readContinue(query);
  const revision = token?.rv ?? revisionOf(plane, query);
  const found = plane.store.listAt(path.type.key, path.namespace, revision);
  if (found === undefined) throw expired(token !== undefined);
  const matching = selectObjects(found, query).sort(byKey);
  const limit = Number(query.text('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`limit must be a whole number, not ${query.text('limit')}`);
  const from = token === undefined ? 0 : matching.findIndex((object) => keyOf(object) > token.start);
  const rest = from < 0 ? [] : matching.slice(from);
  const page = limit === 0 ? rest : rest.slice(0, limit);
  const more = rest.length - page.length;
  const metadata = {
    resourceVersion: String(revision),
    ...(more === 0 ? {} : { continue: writeContinue(revision, page.at(-1)!), remainingItemCount: more }),
  };
  const items = page.map((object) => itemText(path.type, path.version, object)).join(',');
  const kind = `${path.type.kind}List`;
  return `{"kind":"${kind}","apiVersion":"${apiVersionOf(path.type, path.version)}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
}

/** The objects that a query's selectors admit. */
export function selectObjects(objects: readonly KubernetesObject[], query: Query): KubernetesObject[] {
  const labels = parseLabelSelector(query.text('labelSelector') ?? '');
  const text = query.text('labelSelector');
  if (text !== undefined && labels === undefined) throw badRequest(`unable to parse requirement: ${text}`);
  const fields = fieldRequirements(query.text('fieldSelector'));
  return objects.filter(
    (object) =>
      (text === undefined || labels?.every((requirement) => meetsRequirement(object.metadata.labels, requirement))) &&
      fields.every(({ field, value, equal }) => (fieldValue(object, field) === value) === equal),
  );
}

const selectableFields: ReadonlySet<string> = new Set([
  'metadata.name',
  'metadata.namespace',
  'spec.nodeName',
  'status.phase',
]);

function fieldRequirements(text: string | undefined): { field: string; value: string; equal: boolean }[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    const field = match?.[1] ?? part;
    if (match === null || !selectableFields.has(field)) throw badRequest(`field label not supported: ${field}`);
    return { field, value: match[3] ?? '', equal: match[2] !== '!=' };
  });
}

function fieldValue(object: KubernetesObject, field: string): string {
  let value: unknown = object;
  for (const step of field.split('.')) value = isMembers(value) ? value[step] : undefined;
  return typeof value === 'string' ? value : '';
}

function revisionOf(plane: ControlPlane, query: Query): number {
  const version = query.text('resourceVersion');
  const match = query.text('resourceVersionMatch');
  if (match !== undefined && version === undefined)
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match !== undefined && match !== 'Exact' && match !== 'NotOlderThan')
    throw badRequest(`resourceVersionMatch must be Exact or NotOlderThan, not ${match}`);
  if (version === undefined || version === '0') return plane.store.revision;
  const revision = Number(version);
  if (!Number.isInteger(revision) || revision < 0) throw badRequest(`invalid resource version "${version}"`);
  if (revision > plane.store.revision)
    throw new ApiError(504, 'Timeout', `Too large resource version: ${version}, current: ${plane.store.revision}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  return match === 'Exact' ? revision : plane.store.revision;
}

function expired(paging: boolean): ApiError {
  const message = paging
    ? 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'
    : 'The resourceVersion for the provided list is too old.';
  return new ApiError(410, 'Expired', message);
}

interface Continue {
  readonly rv: number;
  readonly start: string;
}

function writeContinue(rv: number, last: KubernetesObject): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: keyOf(last) })).toString('base64url');
}

function readContinue(query: Query): Continue | undefined {
  const text = query.text('continue');
  if (text === undefined) return undefined;
  if (query.text('resourceVersion') !== undefined)
    throw badRequest('specifying resource version is not allowed when using continue');
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isMembers(token) && typeof token.rv === 'number' && typeof token.start === 'string')
      return { rv: token.rv, start: token.start };
  } catch {
    // Not a token of this server; refused below.
  }
  throw badRequest('continue key is not valid');
}

function keyOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function byKey(a: KubernetesObject, b: KubernetesObject): number {
  const left = keyOf(a);
  const right = keyOf(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
