import type { ControlPlane } from '../control-plane.ts';
import type { PolicyRule, RoleBinding } from '../objects.ts';
import { namespaceOf } from '../objects.ts';
import { matchesSelector } from '../selectors.ts';
import type { ApiUser, ResourcePath } from './request.ts';
import { ApiError } from './status.ts';

/** What is asked for, in RBAC's terms. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  /** Plural, with the subresource: `deployments/scale`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

export function attributesOf(method: string, path: ResourcePath): Attributes {
  const { type, name, namespace, subresource } = path;
  const collection = name === undefined;
  const verb =
    method === 'GET'
      ? collection
        ? 'list'
        : 'get'
      : method === 'DELETE' && collection
        ? 'deletecollection'
        : verbs[method];
  const resource = subresource === undefined ? type.plural : `${type.plural}/${subresource}`;
  return {
    verb: subresource === 'proxy' && method !== 'GET' ? 'create' : (verb ?? ''),
    group: type.group,
    resource,
    // A namespace lies in itself: a role in it may get it (apiserver, RequestInfoFactory.NewRequestInfo).
    namespace: namespace ?? (type.group === '' && type.plural === 'namespaces' ? name : undefined),
    name,
  };
}

/** Throws 403 in the words of a real server. */
export function authorize(plane: ControlPlane, user: ApiUser, wanted: Attributes): void {
  if (user.rules === 'all' || user.groups.includes('system:masters')) return;
  if (user.rules.some((rule) => allows(rule, wanted))) return;
  if (boundRules(plane, user, wanted.namespace).some((rule) => allows(rule, wanted))) return;
  const where = wanted.namespace === undefined ? 'at the cluster scope' : `in the namespace "${wanted.namespace}"`;
  const noun = wanted.group === '' ? wanted.resource : `${wanted.resource.split('/')[0]}.${wanted.group}`;
  const named = wanted.name === undefined ? noun : `${noun} "${wanted.name}"`;
  const message = `${named} is forbidden: User "${user.name}" cannot ${wanted.verb} resource "${wanted.resource}" in API group "${wanted.group}" ${where}`;
  throw new ApiError(403, 'Forbidden', message, {
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    group: wanted.group,
    kind: wanted.resource.split('/')[0] ?? '',
  });
}

function allows(rule: PolicyRule, wanted: Attributes): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list !== undefined && (list.includes('*') || list.includes(value));
  if (!has(rule.verbs, wanted.verb) || !has(rule.apiGroups, wanted.group)) return false;
  const [plural = '', subresource] = wanted.resource.split('/');
  const resourceMatches =
    has(rule.resources, wanted.resource) ||
    (subresource !== undefined && rule.resources?.includes(`*/${subresource}`) === true);
  if (!resourceMatches || plural === '') return false;
  if (rule.resourceNames !== undefined && rule.resourceNames.length > 0)
    if (wanted.name === undefined || !rule.resourceNames.includes(wanted.name)) return false;
  if (rule.namespaces === undefined) return true;
  const { namespace } = wanted;
  return namespace !== undefined && rule.namespaces.some((pattern) => matchesPattern(pattern, namespace));
}

function matchesPattern(pattern: string, namespace: string): boolean {
  return pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace;
}

/** Rules that bindings in the cluster give to the user or its groups, for the cluster and for one namespace. */
function boundRules(plane: ControlPlane, user: ApiUser, namespace: string | undefined): readonly PolicyRule[] {
  const { store } = plane;
  const clusterWide = store.list('ClusterRoleBinding').filter((binding) => binds(binding, user));
  const local =
    namespace === undefined ? [] : store.list('RoleBinding', namespace).filter((binding) => binds(binding, user));
  return [...clusterWide, ...local].flatMap((binding) => {
    const { kind, name } = binding.roleRef;
    if (kind === 'Role') return store.get('Role', namespaceOf(binding), name)?.rules ?? [];
    return clusterRoleRules(plane, name);
  });
}

function clusterRoleRules(plane: ControlPlane, name: string): readonly PolicyRule[] {
  const role = plane.store.get('ClusterRole', '', name);
  const selectors = role?.aggregationRule?.clusterRoleSelectors ?? [];
  if (selectors.length === 0) return role?.rules ?? [];
  return plane.store
    .list('ClusterRole')
    .filter((each) => selectors.some((selector) => matchesSelector(each.metadata.labels, selector)))
    .flatMap((each) => each.rules ?? []);
}

function binds(binding: RoleBinding, user: ApiUser): boolean {
  return (binding.subjects ?? []).some((subject) => {
    if (subject.kind === 'Group') return user.groups.includes(subject.name) || subject.name === 'system:authenticated';
    if (subject.kind === 'ServiceAccount')
      return user.name === `system:serviceaccount:${subject.namespace ?? binding.metadata.namespace}:${subject.name}`;
    return subject.kind === 'User' && subject.name === user.name;
  });
}
