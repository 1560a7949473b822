import { createHash } from 'node:crypto';
import { prewarmNamespace, prewarmPriorityClass } from '../plan/names.ts';
import type { RawObject, ResourcePath, WorkloadName } from './cluster-api.ts';
import { imagesOf, type PodTemplate } from './pod-template.ts';

export const daemonSets: ResourcePath = { group: 'apps', version: 'v1', resource: 'daemonsets' };
export const deployments: ResourcePath = { group: 'apps', version: 'v1', resource: 'deployments' };

/** Carried by all of it. */
export const prewarmLabels = { 'app.kubernetes.io/managed-by': 'lifeboat', 'app.kubernetes.io/component': 'prewarm' };
const applicationLabel = 'lifeboat/application';

/** Label selector for the placeholders of one application. */
export function placeholdersOf(application: string): string {
  return `${applicationLabel}=${application}`;
}

/**
 * Most images that are pulled to every node: at 100 to 300 MB each they fill a third of the 20 GiB volume that EKS gives
 * a node by default, and kubelets delete images at 85 % (kubelet's imageGCHighThresholdPercent).
 */
export const mostImages = 60;
const imagesPerPod = 20;

/**
 * DaemonSets that pull images to every node there is and comes. Their containers never run: each refers to a ConfigMap
 * that doesn't exist, and a kubelet pulls the image before it makes the container's configuration
 * (kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer: step 1 pull, step 2 create). So it works
 * for images without a shell, and nothing of the application is executed.
 */
export function imagePullers(images: readonly string[]): readonly RawObject[] {
  const pulled = [...new Set(images)].slice(0, mostImages);
  const parts = Array.from({ length: Math.ceil(pulled.length / imagesPerPod) }, (_, index) =>
    pulled.slice(index * imagesPerPod, (index + 1) * imagesPerPod),
  );
  return parts.map((part, index) => {
    const labels = { ...prewarmLabels, 'lifeboat/images': String(index) };
    return {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: `images-${index}`, namespace: prewarmNamespace, labels },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...neverRunning,
            tolerations: [{ operator: 'Exists' }],
            containers: part.map((image, position) => container(`image-${position}`, image, undefined)),
          },
        },
      },
    };
  });
}

/** Holds the room of `replicas` pods of a workload with pods that never run, so that nodes come for them. */
export function placeholder(
  application: string,
  { kind, namespace, name }: WorkloadName,
  replicas: number,
  template: PodTemplate,
): RawObject {
  const id = createHash('sha256').update(`${kind}/${namespace}/${name}`).digest('hex').slice(0, 16);
  const labels = { ...prewarmLabels, [applicationLabel]: application, 'lifeboat/workload': id };
  const main = template.containers ?? [];
  const requested = main.map(({ image, resources }, index) => container(`main-${index}`, image, resources?.requests));
  const others = imagesOf(template).filter((image) => main.every((one) => one.image !== image));
  const { nodeSelector, tolerations } = template;
  const nodeAffinity = template.affinity?.nodeAffinity;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `room-${id}`, namespace: prewarmNamespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...neverRunning,
          ...(nodeSelector === undefined ? {} : { nodeSelector }),
          ...(tolerations === undefined ? {} : { tolerations }),
          ...(nodeAffinity === undefined ? {} : { affinity: { nodeAffinity } }),
          containers: [...requested, ...others.map((image, index) => container(`init-${index}`, image, undefined))],
        },
      },
    },
  };
}

/** What the pods of both have in common; fits a namespace under Pod Security Standard `restricted`. */
const neverRunning = {
  priorityClassName: prewarmPriorityClass.name,
  terminationGracePeriodSeconds: 0,
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};

function container(name: string, image: string | undefined, requests: Readonly<Record<string, string>> | undefined) {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(requests === undefined ? {} : { resources: { requests } }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    env: [{ name: 'NEVER', valueFrom: { configMapKeyRef: { name: 'never-made', key: 'never' } } }],
  };
}
