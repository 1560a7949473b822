import type { ControlPlane } from '../control-plane.ts';
import type { KubernetesObject, LabelSelector } from '../objects.ts';
import { selectorText } from '../selectors.ts';
import { isMembers } from './patch.ts';
import { type ApiRequest, Query, type ResourcePath } from './request.ts';
import { badRequest, conflict, invalid, noSuchPath } from './status.ts';
import { existing, patchValue } from './write.ts';

interface Scale {
  readonly kind: 'Scale';
  readonly apiVersion: 'autoscaling/v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: { readonly replicas: number };
  readonly status: { readonly replicas: number; readonly selector: string };
}

function steps(path: string): readonly string[] {
  return path.split('.').filter((step) => step !== '');
}

function read(object: unknown, path: readonly string[]): number {
  const value = path.reduce<unknown>((at, step) => (isMembers(at) ? at[step] : undefined), object);
  return typeof value === 'number' ? value : 0;
}

function write(object: unknown, [step, ...rest]: readonly string[], value: number): unknown {
  if (step === undefined) return value;
  const members = isMembers(object) ? object : {};
  return { ...members, [step]: write(members[step], rest, value) };
}

function scaleOf(path: ResourcePath, object: KubernetesObject): Scale {
  const paths = path.type.scale;
  if (paths === undefined) throw noSuchPath();
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector: LabelSelector | undefined =
    isMembers(object.spec) && isMembers(object.spec.selector) ? object.spec.selector : undefined;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: read(object, steps(paths.specReplicasPath)) },
    status: { replicas: read(object, steps(paths.statusReplicasPath)), selector: selectorText(selector) },
  };
}

/** GET, PUT and PATCH of the `scale` subresource (autoscaling/v1 Scale). */
export function scale(plane: ControlPlane, path: ResourcePath, request: ApiRequest, queryText: string): Scale {
  const object = existing(plane, path);
  const present = scaleOf(path, object);
  if (request.method === 'GET') return present;
  const query = new Query(queryText, ['dryRun', 'fieldManager', 'fieldValidation']);
  const wanted = wantedScale(present, request);
  const given = isMembers(wanted) && isMembers(wanted.metadata) ? wanted.metadata.resourceVersion : undefined;
  if (given !== undefined && given !== '' && given !== object.metadata.resourceVersion)
    throw conflict(path.type, object.metadata.name);
  const replicas = isMembers(wanted) && isMembers(wanted.spec) ? (wanted.spec.replicas ?? 0) : 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0)
    throw invalid({ kind: 'Scale', group: 'autoscaling' }, object.metadata.name, [
      {
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
        field: 'spec.replicas',
      },
    ]);
  if (query.dryRun() || replicas === present.spec.replicas) return { ...present, spec: { replicas } };
  const changed = write(object, steps(path.type.scale?.specReplicasPath ?? ''), replicas);
  const updated = plane.store.update(path.type, { ...object, ...(isMembers(changed) ? changed : {}) });
  return scaleOf(path, updated);
}

function wantedScale(present: Scale, request: ApiRequest): unknown {
  let body: unknown;
  try {
    body = JSON.parse(request.body ?? '');
  } catch {
    throw badRequest('the body of a scale request is not JSON');
  }
  if (request.method === 'PUT') return body;
  const media = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  return patchValue(media, present, body, false);
}
