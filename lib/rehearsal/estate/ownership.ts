import type { Application, Plan } from '../../plan/plan.ts';

/** As much of an object, from a manifest or from a cluster, as tells whose it is. */
export interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Kinds without a namespace that manifests commonly hold; a Namespace belongs to whoever names it. */
const clusterScoped = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'StorageClass',
  'PersistentVolume',
  'PriorityClass',
  'IngressClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'ValidatingAdmissionPolicy',
]);

export function namespaceOf(object: Named): string | undefined {
  return clusterScoped.has(object.kind) ? undefined : (object.metadata.namespace ?? 'default');
}

/** Does the object belong to the application: in its namespaces, with all labels of its selector? */
export function belongsTo(application: Application, object: Named): boolean {
  const namespace = namespaceOf(object);
  if (namespace === undefined || !application.namespaces.includes(namespace)) return false;
  const labels = object.metadata.labels ?? {};
  return Object.entries(application.selector).every(([key, value]) => labels[key] === value);
}

export function ownerOf(plan: Plan, object: Named): Application | undefined {
  return plan.applications.find((application) => belongsTo(application, object));
}

/** Namespaces of the platform's components in a cluster, of one role or of all. */
export function platformNamespaces(plan: Plan, role?: string): ReadonlySet<string> {
  const components = plan.platform.components.filter((component) => role === undefined || component.role === role);
  return new Set(components.flatMap((component) => component.namespaces));
}
