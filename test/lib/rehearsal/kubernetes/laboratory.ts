import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';
import {
  type ApiUser,
  type ClusterOptions,
  KubernetesCluster,
  type KubernetesObject,
} from '../../../../lib/rehearsal/kubernetes/cluster.ts';

export const startMs = Date.parse('2026-01-01T00:00:00Z');
export const administrator: ApiUser = { name: 'admin', groups: ['system:masters'], rules: 'all' };

/** Parsed JSON, looked into at will. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** A cluster on its own kernel, with a client that speaks JSON. */
export class Laboratory {
  readonly kernel: Kernel;
  readonly cluster: KubernetesCluster;

  constructor(options: Partial<ClusterOptions> & { seed?: number; nodes?: number } = {}) {
    const { seed = 7, nodes = 3, ...rest } = options;
    this.kernel = rest.kernel ?? new Kernel({ seed, startMs, quiesce });
    this.cluster = new KubernetesCluster({ kernel: this.kernel, name: 'lab', version: '1.33', ...rest });
    for (let index = 0; index < nodes; index++) this.addNode(index);
  }

  addNode(
    index: number,
    over: { cpuMillis?: number; labels?: Record<string, string>; taints?: { key: string; effect: string }[] } = {},
  ): string {
    const name = `ip-10-0-0-${index + 1}.lab`;
    const zone = this.cluster.zones[index % this.cluster.zones.length] ?? 'a';
    this.cluster.addNode({ name, cpuMillis: 4000, memoryBytes: 16 * 2 ** 30, maxPods: 58, zone, ...over });
    return name;
  }

  async run(seconds: number): Promise<void> {
    await this.kernel.run(this.kernel.nowMs + seconds * 1000);
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    over: { user?: ApiUser; type?: string; accept?: string } = {},
  ): Answer {
    const {
      status,
      headers,
      body: text,
    } = this.cluster.handle({
      method,
      path,
      headers: {
        accept: over.accept ?? 'application/json',
        'content-type': over.type ?? 'application/json',
        'user-agent': 'tester/1.0',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      user: over.user ?? administrator,
    });
    return { status, headers, body: headers['content-type'] === 'text/plain; charset=utf-8' ? text : JSON.parse(text) };
  }

  get(path: string): Answer {
    return this.ask('GET', path);
  }

  readyPods(namespace = 'shop'): string[] {
    return this.cluster
      .objects('Pod', namespace)
      .filter((pod) => pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'))
      .map((pod) => pod.metadata.name);
  }
}

type Members = Record<string, unknown>;

export function podTemplate(app: string, container: Members = {}, spec: Members = {}): Members {
  return {
    metadata: { labels: { app } },
    spec: {
      containers: [
        {
          name: 'main',
          image: `registry/${app}:1`,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
          ...container,
        },
      ],
      ...spec,
    },
  };
}

function object(apiVersion: string, kind: string, name: string, rest: Members): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest };
}

export function deployment(name: string, spec: Members = {}, template = podTemplate(name)): KubernetesObject {
  return object('apps/v1', 'Deployment', name, {
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template, ...spec },
  });
}

export function statefulSet(name: string, spec: Members = {}, template = podTemplate(name)): KubernetesObject {
  return object('apps/v1', 'StatefulSet', name, {
    spec: { replicas: 3, serviceName: name, selector: { matchLabels: { app: name } }, template, ...spec },
  });
}

export function service(name: string, spec: Members = {}): KubernetesObject {
  return object('v1', 'Service', name, {
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  });
}

export function configMap(name: string, data: Record<string, string> = {}): KubernetesObject {
  return object('v1', 'ConfigMap', name, { data });
}

export { object };
