import type { PolicyRule } from '../objects.ts';
import type { ResourceType, ResourceTypes } from '../resource-types.ts';
import { badRequest, noSuchPath } from './status.ts';

/** Who asks: name and groups for RBAC bindings of the cluster, and rules granted from outside (EKS access policies). */
export interface ApiUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly rules: readonly PolicyRule[] | 'all';
}

/** One HTTP request to the API server; header names in lower case. */
export interface ApiRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly user: ApiUser;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a path under /api or /apis names. */
export interface ResourcePath {
  readonly type: ResourceType;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What follows `proxy/`. */
  readonly rest: string;
}

/** Reads `/api/v1/namespaces/ns/pods/name/status` and the like; 404 as a real server for what isn't served. */
export function resourcePath(types: ResourceTypes, path: string): ResourcePath {
  const segments = path.split('/').slice(1).map(decode);
  const group = segments[0] === 'api' ? '' : (segments[1] ?? '');
  const rest = segments.slice(segments[0] === 'api' ? 1 : 2);
  const version = rest.shift() ?? '';
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length >= 3 && types.byPlural(group, version, rest[2] ?? '') !== undefined) {
    namespace = rest[1];
    rest.splice(0, 2);
  }
  const [plural = '', name, subresource, ...tail] = rest;
  const type = types.byPlural(group, version, plural);
  if (type === undefined) throw noSuchPath();
  if (namespace !== undefined && !type.namespaced) throw noSuchPath();
  if (namespace === undefined && type.namespaced && name !== undefined) throw noSuchPath();
  if (tail.length > 0 && subresource !== 'proxy') throw noSuchPath();
  return { type, version, namespace, name: name === '' ? undefined : name, subresource, rest: tail.join('/') };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`the path segment ${segment} is not valid percent-encoding`);
  }
}

const truth: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** Query parameters; one that the simulation doesn't know is refused by name. */
export class Query {
  readonly #parameters: URLSearchParams;

  constructor(text: string, allowed: readonly string[]) {
    this.#parameters = new URLSearchParams(text);
    for (const name of this.#parameters.keys())
      if (!allowed.includes(name) && name !== 'pretty' && name !== 'timeout')
        throw badRequest(`the simulated API server does not implement the query parameter ${name} here`);
  }

  text(name: string): string | undefined {
    const value = this.#parameters.get(name);
    return value === null || value === '' ? undefined : value;
  }

  flag(name: string): boolean {
    const value = this.text(name);
    const flag = truth[value ?? 'false'];
    if (flag === undefined) throw badRequest(`${name} must be true or false, not ${value}`);
    return flag;
  }

  /** `dryRun=All` is the only value there is. */
  dryRun(): boolean {
    const value = this.text('dryRun');
    if (value !== undefined && value !== 'All') throw badRequest(`dryRun must be All, not ${value}`);
    return value === 'All';
  }
}
