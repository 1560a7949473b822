import type { ObjectName, RawObject } from './cluster-api.ts';

/** Annotations that a controller or kubectl wrote about the object in its old cluster. */
const localAnnotations = ['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision'];

/**
 * The object without what its old cluster's server filled in, so that another server takes it; undefined for what
 * controllers or the server itself make in every cluster (owned objects, default service accounts, root certificates).
 */
export function portableManifest(object: RawObject): RawObject | undefined {
  if (ownedByController(object) || madeByServer(object)) return undefined;
  const { name, namespace, labels, annotations } = object.metadata;
  const kept = Object.entries((annotations as Record<string, string> | undefined) ?? {}).filter(
    ([key]) => !localAnnotations.includes(key),
  );
  const { status: _status, metadata: _metadata, ...rest } = object;
  const portable: RawObject = {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
  };
  if (object.kind === 'Service') return { ...portable, spec: portableServiceSpec(object.spec as ServiceSpec) };
  if (object.kind === 'ServiceAccount') return withoutMember(portable, 'secrets');
  return portable;
}

interface ServiceSpec {
  readonly clusterIP?: string;
  readonly ports?: readonly Record<string, unknown>[];
  readonly [member: string]: unknown;
}

/** Addresses and node ports are the old cluster's; `None` is a choice of the application (headless). */
function portableServiceSpec(spec: ServiceSpec): Record<string, unknown> {
  const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _healthPort, ports, ...rest } = spec;
  return {
    ...rest,
    ...(clusterIP === 'None' ? { clusterIP } : {}),
    ...(ports === undefined ? {} : { ports: ports.map(({ nodePort: _nodePort, ...port }) => port) }),
  };
}

function withoutMember(object: RawObject, member: string): RawObject {
  const { [member]: _left, ...rest } = object;
  return rest as RawObject;
}

function ownedByController(object: RawObject): boolean {
  const owners = (object.metadata.ownerReferences as readonly { controller?: boolean }[] | undefined) ?? [];
  return owners.some(({ controller }) => controller === true);
}

function madeByServer(object: RawObject): boolean {
  const { name } = object.metadata;
  return (
    (object.kind === 'ServiceAccount' && name === 'default') ||
    (object.kind === 'ConfigMap' && name === 'kube-root-ca.crt')
  );
}

/** Names of the Secrets that pod templates need to start: volumes (projected ones too), env, envFrom and image pulls that are not optional. */
export function requiredSecrets(objects: readonly RawObject[]): readonly ObjectName[] {
  const names = new Set<string>();
  for (const object of objects) {
    const template = podTemplateOf(object);
    if (template === undefined) continue;
    for (const name of secretsOf(template)) names.add(`${object.metadata.namespace ?? 'default'}/${name}`);
  }
  return [...names].sort().map((joined) => {
    const [namespace = '', name = ''] = joined.split('/');
    return { namespace, name };
  });
}

interface SecretReference {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
}

interface PodSpec {
  readonly volumes?: readonly Volume[];
  readonly imagePullSecrets?: readonly SecretReference[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Volume {
  readonly secret?: SecretReference;
  readonly projected?: { readonly sources?: readonly { readonly secret?: SecretReference }[] };
}

interface Container {
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: SecretReference } }[];
  readonly envFrom?: readonly { readonly secretRef?: SecretReference }[];
}

interface TemplateHolder {
  readonly template?: { readonly spec?: PodSpec };
  readonly jobTemplate?: { readonly spec?: TemplateHolder };
}

function podTemplateOf(object: RawObject): PodSpec | undefined {
  const spec = object.spec as TemplateHolder | undefined;
  return spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec;
}

function secretsOf(pod: PodSpec): readonly string[] {
  const containers = [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
  const references: (SecretReference | undefined)[] = [
    ...(pod.volumes ?? []).map(({ secret }) => secret),
    ...(pod.volumes ?? []).flatMap(({ projected }) => (projected?.sources ?? []).map(({ secret }) => secret)),
    ...(pod.imagePullSecrets ?? []),
    ...containers.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom?.secretKeyRef)),
    ...containers.flatMap(({ envFrom = [] }) => envFrom.map(({ secretRef }) => secretRef)),
  ];
  return references.flatMap((reference) => {
    const name = reference?.secretName ?? reference?.name;
    return name === undefined || reference?.optional === true ? [] : [name];
  });
}
