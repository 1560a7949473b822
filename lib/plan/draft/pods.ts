import { z } from 'zod';
import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';

const text = z.string().optional().catch(undefined);
const labels = z.record(z.string(), z.string()).catch({});
const named = z.object({ name: text }).optional().catch(undefined);
const listOf = <T extends z.ZodType>(member: T) => z.array(member).catch([]);

const portReference = z.union([z.number(), z.string()]).optional().catch(undefined);

const container = z.object({
  name: text,
  image: text,
  command: listOf(z.coerce.string()),
  args: listOf(z.coerce.string()),
  env: listOf(
    z.object({
      name: z.string(),
      value: z.coerce.string().optional().catch(undefined),
      valueFrom: z.object({ configMapKeyRef: named, secretKeyRef: named }).optional().catch(undefined),
    }),
  ),
  envFrom: listOf(z.object({ configMapRef: named, secretRef: named })),
  ports: listOf(z.object({ name: text, containerPort: z.number() })),
  readinessProbe: z
    .object({ httpGet: z.object({ path: text, port: portReference, scheme: text }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  resources: z
    .object({
      requests: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .optional()
        .catch(undefined),
      limits: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const volume = z.object({
  name: text,
  configMap: named,
  secret: z.object({ secretName: text }).optional().catch(undefined),
  persistentVolumeClaim: z.object({ claimName: text }).optional().catch(undefined),
  hostPath: z.object({ path: text }).optional().catch(undefined),
  projected: z
    .object({ sources: listOf(z.object({ configMap: named, secret: named })) })
    .optional()
    .catch(undefined),
});

const podSpec = z
  .object({
    containers: listOf(container),
    initContainers: listOf(container),
    volumes: listOf(volume),
    nodeSelector: labels.optional(),
    affinity: z
      .object({ podAntiAffinity: z.object({ requiredDuringSchedulingIgnoredDuringExecution: z.array(z.unknown()) }) })
      .optional()
      .catch(undefined),
  })
  .catch({ containers: [], initContainers: [], volumes: [] });

const podTemplate = z
  .object({ metadata: z.object({ labels }).catch({ labels: {} }), spec: podSpec })
  .catch({ metadata: { labels: {} }, spec: { containers: [], initContainers: [], volumes: [] } });

export type PodSpec = z.output<typeof podSpec>;
export type Container = z.output<typeof container>;

/** What runs pods: the template and how many of them. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podSpec: PodSpec;
  /** Pods at rest; 0 for what runs by the clock. */
  readonly replicas: number;
  /** Names of the volume claims that each pod or all of them write to. */
  readonly claims: readonly string[];
}

const specSchema = z
  .object({
    replicas: z.number().optional().catch(undefined),
    template: z.unknown().optional(),
    volumeClaimTemplates: listOf(z.object({ metadata: z.object({ name: z.string() }) })),
    jobTemplate: z
      .object({ spec: z.object({ template: z.unknown().optional() }) })
      .optional()
      .catch(undefined),
  })
  .catch({ template: undefined, volumeClaimTemplates: [] });

const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
];
const workloadGroups = ['apps', 'batch', 'extensions', ''];

/** The workloads among the objects. What a controller made (it has an owner) is left to its controller. */
export function workloadsOf(objects: readonly KubernetesObject[]): readonly Workload[] {
  return objects.flatMap((object) => {
    const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
    if (!workloadKinds.includes(object.kind) || !workloadGroups.includes(group ?? '')) return [];
    const owners = object.metadata.ownerReferences;
    return Array.isArray(owners) && owners.length > 0 ? [] : [workload(object)];
  });
}

function workload(object: KubernetesObject): Workload {
  const spec = specSchema.parse(object.spec);
  const isPod = object.kind === 'Pod';
  const template = podTemplate.parse(isPod ? object : (spec.jobTemplate?.spec.template ?? spec.template));
  const byName = template.spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const byTemplate =
    object.kind === 'StatefulSet' ? spec.volumeClaimTemplates.map(({ metadata }) => metadata.name) : [];
  return {
    kind: object.kind,
    name: object.metadata.name,
    namespace: namespaceOf(object),
    labels: labels.parse(object.metadata.labels ?? {}),
    podLabels: template.metadata.labels,
    podSpec: template.spec,
    replicas: runsByTheClock(object.kind) ? 0 : (spec.replicas ?? 1),
    claims: [...byTemplate, ...byName],
  };
}

/** Jobs end by themselves: clients never wait for one to be ready. */
export function runsByTheClock(kind: string): boolean {
  return kind === 'CronJob' || kind === 'Job';
}

export function containersOf({ podSpec: spec }: Workload): readonly Container[] {
  return [...spec.initContainers, ...spec.containers];
}

/** `kind/name`, as a plan refers to a workload. */
export function workloadRef({ kind, name }: Workload): string {
  return `${kind}/${name}`;
}
