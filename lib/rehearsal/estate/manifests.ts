import { z } from 'zod';
import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';

/** The parts of a pod specification that name other objects. */
const keyReference = z.looseObject({ name: z.string().optional(), key: z.string().optional() });
const container = z.looseObject({
  env: z
    .array(
      z.looseObject({
        valueFrom: z
          .looseObject({ secretKeyRef: keyReference.optional(), configMapKeyRef: keyReference.optional() })
          .nullish(),
      }),
    )
    .nullish(),
  envFrom: z
    .array(z.looseObject({ secretRef: keyReference.nullish(), configMapRef: keyReference.nullish() }))
    .nullish(),
  resources: z.looseObject({ requests: z.record(z.string(), z.union([z.string(), z.number()])).nullish() }).nullish(),
});
const podSpec = z.looseObject({
  containers: z.array(container).nullish(),
  initContainers: z.array(container).nullish(),
  serviceAccountName: z.string().nullish(),
  priorityClassName: z.string().nullish(),
  imagePullSecrets: z.array(z.looseObject({ name: z.string().optional() })).nullish(),
  volumes: z
    .array(
      z.looseObject({
        secret: z.looseObject({ secretName: z.string().optional() }).nullish(),
        configMap: z.looseObject({ name: z.string().optional() }).nullish(),
        projected: z
          .looseObject({
            sources: z
              .array(z.looseObject({ secret: keyReference.nullish(), configMap: keyReference.nullish() }))
              .nullish(),
          })
          .nullish(),
        persistentVolumeClaim: z.looseObject({ claimName: z.string() }).nullish(),
      }),
    )
    .nullish(),
});
const workload = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().nullish(),
    template: z.looseObject({ spec: podSpec }).nullish(),
    jobTemplate: z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: podSpec }) }) }).nullish(),
    volumeClaimTemplates: z.array(z.unknown()).nullish(),
  }),
});

export type PodSpec = z.output<typeof podSpec>;

export const longRunningKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
]);

/** Pod specification of whatever starts pods; undefined for other objects. */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  if (object.kind === 'Pod') return podSpec.safeParse(object.spec).data;
  const parsed = workload.safeParse(object).data;
  return parsed?.spec.template?.spec ?? parsed?.spec.jobTemplate?.spec.template.spec ?? undefined;
}

/** `spec.replicas` of a manifest, 1 where it leaves it out as the API server does. */
export function replicasOf(object: KubernetesObject): number {
  return workload.safeParse(object).data?.spec.replicas ?? 1;
}

/** Does the workload keep data in volume claims? */
export function hasClaims(object: KubernetesObject): boolean {
  const templates = workload.safeParse(object).data?.spec.volumeClaimTemplates ?? [];
  const volumes = podSpecOf(object)?.volumes ?? [];
  return templates.length > 0 || volumes.some((volume) => volume.persistentVolumeClaim != null);
}
