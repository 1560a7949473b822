import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { prewarmNamespace, prewarmPriorityClass } from '../../plan/names.ts';

/** What the README asks for in every cluster, so that Lifeboat's functions need no permission of the whole cluster. */
export const prewarmPrerequisites: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: prewarmNamespace } },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: prewarmPriorityClass.name },
    value: prewarmPriorityClass.value,
    preemptionPolicy: 'Never',
  },
];
