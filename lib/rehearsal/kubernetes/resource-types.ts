import type { CustomResourceDefinition } from './objects.ts';

/** One kind of object that the API server serves. */
export interface ResourceType {
  /** Name of the kind in the store: the kind, for custom resources `Kind.group`. */
  readonly key: string;
  readonly group: string;
  /** Served versions, preferred first. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly status: boolean;
  readonly scale: { readonly specReplicasPath: string; readonly statusReplicasPath: string } | undefined;
  readonly custom: boolean;
}

export function apiVersionOf(type: ResourceType, version = type.versions[0]!): string {
  return type.group === '' ? version : `${type.group}/${version}`;
}

/** kind[:s = status][:r = scale] plural shortName…; singular is the kind in lower case. Scope: + namespaced, - cluster. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  v1: [
    '-Namespace:s namespaces ns',
    '-Node:s nodes no',
    '-PersistentVolume:s persistentvolumes pv',
    '+Pod:s pods po',
    '+Service:s services svc',
    '+Endpoints endpoints ep',
    '+ConfigMap configmaps cm',
    '+Secret secrets',
    '+ServiceAccount serviceaccounts sa',
    '+PersistentVolumeClaim:s persistentvolumeclaims pvc',
    '+Event events ev',
    '+LimitRange limitranges limits',
    '+ResourceQuota:s resourcequotas quota',
    '+PodTemplate podtemplates',
  ],
  'apps/v1': [
    '+Deployment:sr deployments deploy',
    '+ReplicaSet:sr replicasets rs',
    '+StatefulSet:sr statefulsets sts',
    '+DaemonSet:s daemonsets ds',
    '+ControllerRevision controllerrevisions',
  ],
  'batch/v1': ['+Job:s jobs', '+CronJob:s cronjobs cj'],
  'autoscaling/v2': ['+HorizontalPodAutoscaler:s horizontalpodautoscalers hpa'],
  'networking.k8s.io/v1': [
    '-IPAddress ipaddresses ip',
    '-ServiceCIDR:s servicecidrs',
    '+Ingress:s ingresses ing',
    '-IngressClass ingressclasses',
    '+NetworkPolicy networkpolicies netpol',
  ],
  'discovery.k8s.io/v1': ['+EndpointSlice endpointslices'],
  'policy/v1': ['+PodDisruptionBudget:s poddisruptionbudgets pdb'],
  'storage.k8s.io/v1': [
    '-StorageClass storageclasses sc',
    '-CSIDriver csidrivers',
    '-CSINode csinodes',
    '+CSIStorageCapacity csistoragecapacities',
    '-VolumeAttachment:s volumeattachments',
  ],
  'rbac.authorization.k8s.io/v1': [
    '+Role roles',
    '+RoleBinding rolebindings',
    '-ClusterRole clusterroles',
    '-ClusterRoleBinding clusterrolebindings',
  ],
  'coordination.k8s.io/v1': ['+Lease leases'],
  'scheduling.k8s.io/v1': ['-PriorityClass priorityclasses pc'],
  'node.k8s.io/v1': ['-RuntimeClass runtimeclasses'],
  'flowcontrol.apiserver.k8s.io/v1': [
    '-FlowSchema:s flowschemas',
    '-PriorityLevelConfiguration:s prioritylevelconfigurations',
  ],
  'certificates.k8s.io/v1': ['-CertificateSigningRequest:s certificatesigningrequests csr'],
  'admissionregistration.k8s.io/v1': [
    '-MutatingWebhookConfiguration mutatingwebhookconfigurations',
    '-ValidatingWebhookConfiguration validatingwebhookconfigurations',
    '-ValidatingAdmissionPolicy:s validatingadmissionpolicies',
    '-ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings',
  ],
  'apiregistration.k8s.io/v1': ['-APIService:s apiservices'],
  'apiextensions.k8s.io/v1': ['-CustomResourceDefinition:s customresourcedefinitions crd crds'],
};

const workloadScale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };

function builtInTypes(): ResourceType[] {
  return Object.entries(builtIn).flatMap(([groupVersion, lines]) => {
    const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
    return lines.map((line) => {
      const [head = '', plural = '', ...shortNames] = line.slice(1).split(' ');
      const [kind = '', marks = ''] = head.split(':');
      return {
        key: kind,
        group: group!,
        versions: [version!],
        kind,
        plural,
        singular: kind.toLowerCase(),
        shortNames,
        namespaced: line.startsWith('+'),
        status: marks.includes('s'),
        scale: marks.includes('r') ? workloadScale : undefined,
        custom: false,
      };
    });
  });
}

/** The kinds that a cluster serves now: built in, and custom ones as their definitions come and go. */
export class ResourceTypes {
  readonly #byKey = new Map<string, ResourceType>();
  readonly #byPlural = new Map<string, ResourceType>();
  readonly #byKind = new Map<string, ResourceType>();

  constructor() {
    for (const type of builtInTypes()) this.add(type);
  }

  add(type: ResourceType): void {
    this.#byKey.set(type.key, type);
    this.#byPlural.set(`${type.group}/${type.plural}`, type);
    this.#byKind.set(`${type.group}/${type.kind}`, type);
  }

  remove(type: ResourceType): void {
    this.#byKey.delete(type.key);
    this.#byPlural.delete(`${type.group}/${type.plural}`);
    this.#byKind.delete(`${type.group}/${type.kind}`);
  }

  all(): readonly ResourceType[] {
    return [...this.#byKey.values()];
  }

  byKey(key: string): ResourceType | undefined {
    return this.#byKey.get(key);
  }

  byPlural(group: string, version: string, plural: string): ResourceType | undefined {
    const type = this.#byPlural.get(`${group}/${plural}`);
    return type?.versions.includes(version) ? type : undefined;
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    const type = this.#byKind.get(`${group}/${kind}`);
    return type?.versions.includes(apiVersion.slice(slash + 1)) ? type : undefined;
  }
}

export function customType(definition: CustomResourceDefinition): ResourceType {
  const { group, names, scope, versions } = definition.spec;
  const served = versions.filter((version) => version.served);
  const ordered = [...served.filter((version) => version.storage), ...served.filter((version) => !version.storage)];
  return {
    key: `${names.kind}.${group}`,
    group,
    versions: ordered.map((version) => version.name),
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    namespaced: scope === 'Namespaced',
    status: ordered.some((version) => version.subresources?.status !== undefined),
    scale: ordered.find((version) => version.subresources?.scale !== undefined)?.subresources?.scale,
    custom: true,
  };
}
