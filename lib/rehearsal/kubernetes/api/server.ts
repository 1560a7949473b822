import type { ControlPlane } from '../control-plane.ts';
import { attributesOf, authorize } from './authorization.ts';
import { discovery } from './discovery.ts';
import { list } from './list.ts';
import { objectText } from './representation.ts';
import { type ApiRequest, type ApiResponse, Query, type ResourcePath, resourcePath } from './request.ts';
import { scale } from './scale.ts';
import { proxyToService } from './service-proxy.ts';
import { ApiError, noSuchPath, notSimulated } from './status.ts';
import { create, existing, patch, remove, removeCollection, replace, type Written } from './write.ts';

const jsonType = { 'content-type': 'application/json' };
const healthPaths: ReadonlySet<string> = new Set(['/readyz', '/livez', '/healthz']);

/** The API server: answers one request at one virtual instant. */
export class ApiServer {
  readonly #plane: ControlPlane;
  readonly #readyEndpoints: (namespace: string, service: string) => number;

  constructor(plane: ControlPlane, readyEndpoints: (namespace: string, service: string) => number) {
    this.#plane = plane;
    this.#readyEndpoints = readyEndpoints;
  }

  handle(request: ApiRequest): ApiResponse {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const retry = error.details?.retryAfterSeconds;
      const headers = retry === undefined ? jsonType : { ...jsonType, 'retry-after': String(retry) };
      return { status: error.code, headers, body: JSON.stringify(error.body()) };
    }
  }

  #answer(request: ApiRequest): ApiResponse {
    const mark = request.path.indexOf('?');
    const path = mark < 0 ? request.path : request.path.slice(0, mark);
    const queryText = mark < 0 ? '' : request.path.slice(mark + 1);
    // system:public-info-viewer and system:discovery allow these to everybody who is authenticated.
    if (healthPaths.has(path))
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
    if (path === '/version') return json(200, this.#version());
    if (path !== '/api' && path !== '/apis' && !path.startsWith('/api/') && !path.startsWith('/apis/'))
      throw noSuchPath();
    const accept = request.headers.accept ?? '*/*';
    if (!/\*\/\*|application\/(\*|json)/.test(accept))
      throw new ApiError(406, 'NotAcceptable', `only application/json is served, not ${accept}`);
    if (request.method === 'GET') {
      const found = discovery(this.#plane, path, accept);
      if (found !== undefined) return discoveryAnswer(found);
    }
    const target = resourcePath(this.#plane.types, path);
    authorize(this.#plane, request.user, attributesOf(request.method, target));
    if (target.subresource !== undefined) return this.#subresource(request, target, queryText);
    return target.name === undefined
      ? this.#collection(request, target, queryText)
      : this.#object(request, target, queryText);
  }

  #version(): Record<string, unknown> {
    const [major = '1', minor = '0'] = this.#plane.version.split('.');
    return { major, minor, gitVersion: `v${major}.${minor}.0-eks-simulated`, platform: 'linux/amd64' };
  }

  #collection(request: ApiRequest, target: ResourcePath, queryText: string): ApiResponse {
    switch (request.method) {
      case 'GET':
        return { status: 200, headers: jsonType, body: list(this.#plane, target, queryText) };
      case 'POST':
        return this.#written(target, create(this.#plane, target, request, queryText));
      case 'DELETE':
        removeCollection(this.#plane, target, request, queryText);
        return json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 200 });
      default:
        throw methodNotAllowed();
    }
  }

  #object(request: ApiRequest, target: ResourcePath, queryText: string): ApiResponse {
    switch (request.method) {
      case 'GET':
        // A resourceVersion on a GET only bounds staleness; the answer is always current here.
        new Query(queryText, ['resourceVersion']);
        return this.#written(target, { status: 200, object: existing(this.#plane, target) });
      case 'PUT':
        return this.#written(target, replace(this.#plane, target, request, queryText));
      case 'PATCH':
        return this.#written(target, patch(this.#plane, target, request, queryText));
      case 'DELETE':
        return this.#written(target, { status: 200, object: remove(this.#plane, target, request, queryText) });
      default:
        throw methodNotAllowed();
    }
  }

  #subresource(request: ApiRequest, target: ResourcePath, queryText: string): ApiResponse {
    const { type, subresource } = target;
    if (subresource === 'proxy' && type.key === 'Service') {
      if (request.method !== 'GET') throw notSimulated(`${request.method} through the service proxy`);
      return proxyToService(this.#plane, target, this.#readyEndpoints);
    }
    const writes = ['GET', 'PUT', 'PATCH'];
    if (subresource === 'scale' && type.scale !== undefined) {
      if (!writes.includes(request.method)) throw methodNotAllowed();
      return json(200, scale(this.#plane, target, request, queryText));
    }
    if (subresource === 'status' && type.status) {
      if (!writes.includes(request.method)) throw methodNotAllowed();
      return this.#object(request, target, queryText);
    }
    if (type.custom || subresource === 'status' || subresource === 'scale') throw noSuchPath();
    throw notSimulated(`the subresource ${type.plural}/${subresource}`);
  }

  #written(target: ResourcePath, { status, object }: Written): ApiResponse {
    return { status, headers: jsonType, body: objectText(target.type, target.version, object) };
  }
}

function discoveryAnswer(found: Record<string, unknown>): ApiResponse {
  const aggregated = found.kind === 'APIGroupDiscoveryList';
  const type = aggregated ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' : 'application/json';
  return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(found) };
}

function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

function json(status: number, body: object): ApiResponse {
  return { status, headers: jsonType, body: JSON.stringify(body) };
}
