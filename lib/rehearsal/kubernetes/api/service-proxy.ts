import type { ControlPlane } from '../control-plane.ts';
import type { ApiResponse, ResourcePath } from './request.ts';
import { ApiError, notFound } from './status.ts';

/**
 * `/api/v1/namespaces/{ns}/services/[{scheme}:]{name}[:{port}]/proxy/{path}`: 200 when the port exists and a ready pod
 * is behind it. The simulated workloads answer every path alike.
 */
export function proxyToService(
  plane: ControlPlane,
  path: ResourcePath,
  readyEndpoints: (namespace: string, service: string) => number,
): ApiResponse {
  const namespace = path.namespace ?? '';
  const parts = (path.name ?? '').split(':');
  const [name = '', port = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const service = plane.store.get('Service', namespace, name);
  if (service === undefined) throw notFound({ plural: 'services', group: '' }, name);
  const ports = service.spec?.ports ?? [];
  const known =
    port === '' ? ports.length === 1 : ports.some((each) => each.name === port || String(each.port) === port);
  if (!known) throw new ApiError(503, 'ServiceUnavailable', `no service port "${port}" found for service "${name}"`);
  if (readyEndpoints(namespace, name) === 0)
    throw new ApiError(503, 'ServiceUnavailable', `no endpoints available for service "${path.name}"`);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok\n' };
}
