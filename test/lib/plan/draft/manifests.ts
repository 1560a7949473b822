import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';

interface WorkloadMembers {
  readonly kind?: string;
  readonly labels?: Record<string, string>;
  readonly replicas?: number;
  readonly env?: Record<string, string>;
  readonly image?: string;
  readonly container?: object;
  readonly podSpec?: object;
  readonly spec?: object;
  readonly metadata?: object;
}

/** A Deployment, or another kind, whose pods carry `app: NAME`. */
export function workload(namespace: string, name: string, members: WorkloadMembers = {}): KubernetesObject {
  const {
    kind = 'Deployment',
    labels,
    replicas = 1,
    env = {},
    image = 'shop/app:1',
    container,
    podSpec,
    spec,
    metadata,
  } = members;
  const template = {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        { name: 'main', image, env: Object.entries(env).map(([key, value]) => ({ name: key, value })), ...container },
      ],
      ...podSpec,
    },
  };
  const byTheClock = { schedule: '0 0 * * *', jobTemplate: { spec: { template } } };
  return {
    apiVersion: kind === 'CronJob' || kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace, ...(labels ? { labels } : {}), ...metadata },
    spec: kind === 'CronJob' ? byTheClock : { replicas, template, ...spec },
  };
}

export function statefulSet(namespace: string, name: string, members: WorkloadMembers = {}): KubernetesObject {
  const spec = { volumeClaimTemplates: [{ metadata: { name: 'data' } }], ...members.spec };
  return workload(namespace, name, { kind: 'StatefulSet', ...members, spec });
}

/** A Service that selects `app: NAME`. */
export function service(namespace: string, name: string, spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

export function ingress(namespace: string, name: string, host?: string): KubernetesObject {
  const paths = [{ path: '/', backend: { service: { name, port: { number: 80 } } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { rules: [{ ...(host === undefined ? {} : { host }), http: { paths } }] },
  };
}

export function configMap(namespace: string, name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}
