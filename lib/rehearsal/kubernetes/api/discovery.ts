import type { ControlPlane } from '../control-plane.ts';
import type { ResourceType } from '../resource-types.ts';
import { noSuchPath } from './status.ts';

const aggregated = /application\/json;.*g=apidiscovery\.k8s\.io.*v=v2(;|,|$|\s).*as=APIGroupDiscoveryList/;
const objectVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'];

/** Answers /api, /apis, /api/v1, /apis/<group> and /apis/<group>/<version>; undefined for any other path. */
export function discovery(plane: ControlPlane, path: string, accept: string): Record<string, unknown> | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const types = plane.types.all();
  if (path === '/api' || path === '/apis') {
    const core = path === '/api';
    const own = types.filter((type) => (type.group === '') === core);
    if (aggregated.test(accept)) return aggregatedList(own);
    if (core) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(own).map((group) => groupEntry(group, own)) };
  }
  if (segments[0] === 'api' && segments.length === 2)
    return segments[1] === 'v1'
      ? resourceList(
          'v1',
          types.filter((type) => type.group === ''),
        )
      : refuse();
  if (segments[0] !== 'apis' || segments.length > 3) return undefined;
  const [, group = '', version] = segments;
  const own = types.filter((type) => type.group === group);
  if (own.length === 0) return refuse();
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, own) };
  const served = own.filter((type) => type.versions.includes(version));
  return served.length === 0 ? refuse() : resourceList(`${group}/${version}`, served);
}

function refuse(): never {
  throw noSuchPath();
}

function groupsOf(types: readonly ResourceType[]): readonly string[] {
  return [...new Set(types.map((type) => type.group))];
}

function versionsOf(group: string, types: readonly ResourceType[]): readonly string[] {
  return [...new Set(types.filter((type) => type.group === group).flatMap((type) => type.versions))];
}

function groupEntry(group: string, types: readonly ResourceType[]): Record<string, unknown> {
  const versions = versionsOf(group, types).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function resourceList(groupVersion: string, types: readonly ResourceType[]): Record<string, unknown> {
  const resources = types.flatMap((type) => {
    const { plural, singular, namespaced, kind, shortNames } = type;
    const main = { name: plural, singularName: singular, namespaced, kind, shortNames, verbs: objectVerbs };
    const below = subresources(type).map(({ name, responseKind }) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      kind: responseKind,
      verbs: name === 'proxy' ? ['create', 'get'] : ['get', 'patch', 'update'],
    }));
    return [main, ...below];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function subresources(type: ResourceType): readonly { readonly name: string; readonly responseKind: string }[] {
  return [
    ...(type.status ? [{ name: 'status', responseKind: type.kind }] : []),
    ...(type.scale === undefined ? [] : [{ name: 'scale', responseKind: 'Scale' }]),
    ...(type.key === 'Service' ? [{ name: 'proxy', responseKind: 'ServiceProxyOptions' }] : []),
  ];
}

function aggregatedList(types: readonly ResourceType[]): Record<string, unknown> {
  const items = groupsOf(types).map((group) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versionsOf(group, types).map((version) => ({
      version,
      freshness: 'Current',
      resources: types
        .filter((type) => type.group === group && type.versions.includes(version))
        .map((type) => ({
          resource: type.plural,
          responseKind: { group, version, kind: type.kind },
          scope: type.namespaced ? 'Namespaced' : 'Cluster',
          singularResource: type.singular,
          shortNames: type.shortNames,
          verbs: objectVerbs,
          subresources: subresources(type).map(({ name, responseKind }) => ({
            subresource: name,
            responseKind: { group, version, kind: responseKind },
            verbs: ['get', 'patch', 'update'],
          })),
        })),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}
