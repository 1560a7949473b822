import {
  type Autoscaler,
  type ClusterApi,
  type CronJobState,
  type ObjectName,
  type PodState,
  type RawObject,
  type ResourcePath,
  type Workload,
  type WorkloadKind,
  type WorkloadName,
  workloadKinds,
} from '../../../lib/cluster/cluster-api.ts';

/** A cluster in memory: what is asked of it is written down in `calls`, what it holds can be set. */
export class FakeClusterApi implements ClusterApi {
  readonly calls: string[] = [];
  /** Collections that were deleted: resource, namespace, selector. */
  readonly deleted: string[] = [];
  workloads: Workload[] = [];
  pods: PodState[] = [];
  autoscalers: Autoscaler[] = [];
  cronJobs: CronJobState[] = [];
  raw: RawObject[] = [];
  namespaces = new Set<string>();
  secrets: ObjectName[] = [];
  /** Status by `namespace/service:port/path`; 503 for what is not there. */
  services = new Map<string, number>();

  async listWorkloads(namespace: string, kinds: readonly WorkloadKind[] = workloadKinds) {
    return this.workloads.filter((one) => one.namespace === namespace && kinds.includes(one.kind));
  }
  async listPods(namespace: string) {
    return this.pods.filter((one) => one.namespace === namespace);
  }
  async listAutoscalers(namespace: string) {
    return this.autoscalers.filter((one) => one.namespace === namespace);
  }
  async listCronJobs(namespace: string) {
    return this.cronJobs.filter((one) => one.namespace === namespace);
  }
  async resumeCronJob({ namespace, name }: ObjectName) {
    this.calls.push(`resume ${namespace}/${name}`);
    this.cronJobs = this.cronJobs.map((one) =>
      one.namespace === namespace && one.name === name ? { ...one, suspended: false } : one,
    );
  }
  async scale(workload: WorkloadName, replicas: number) {
    this.calls.push(`scale ${workload.kind} ${workload.namespace}/${workload.name} ${replicas}`);
  }
  async setAutoscalerMinimum(name: ObjectName, minReplicas: number) {
    this.calls.push(`minimum ${name.namespace}/${name.name} ${minReplicas}`);
  }
  async listRaw(resource: ResourcePath, namespace: string) {
    return this.raw.filter(
      (one) => one.metadata.namespace === namespace && `${one.kind.toLowerCase()}s` === resource.resource,
    );
  }
  async create(_resource: ResourcePath, object: RawObject) {
    this.calls.push(`create ${object.kind} ${object.metadata.namespace}/${object.metadata.name}`);
    return this.raw.some((one) => one.kind === object.kind && one.metadata.name === object.metadata.name)
      ? ('exists' as const)
      : ('created' as const);
  }
  async deleteCollection(resource: ResourcePath, namespace: string, labelSelector: string) {
    this.deleted.push(`${resource.resource} ${namespace} ${labelSelector}`);
  }
  async namespaceExists(name: string) {
    return this.namespaces.has(name);
  }
  async createNamespace(name: string) {
    this.calls.push(`namespace ${name}`);
    this.namespaces.add(name);
    return 'created' as const;
  }
  async secretNames(namespace: string) {
    return this.secrets.filter((one) => one.namespace === namespace).map((one) => one.name);
  }
  async serviceStatus(service: ObjectName, port: number, path: string) {
    return this.services.get(`${service.namespace}/${service.name}:${port}${path}`) ?? 503;
  }
  async ready() {
    return true;
  }
}

export function workload(overrides: Partial<Workload> & { name: string }): Workload {
  return {
    kind: 'Deployment',
    namespace: 'shop',
    labels: { app: overrides.name },
    matchLabels: { app: overrides.name },
    replicas: 1,
    readyReplicas: 1,
    earliestReadySeconds: 0,
    startsInTurn: false,
    statusIsCurrent: true,
    ...overrides,
  };
}

export function cronJob(name: string, suspended: boolean, parts: Partial<CronJobState> = {}): CronJobState {
  return { namespace: 'shop', name, labels: { app: name }, suspended, ...parts };
}

export function autoscaler(name: string, minReplicas: number, maxReplicas: number): Autoscaler {
  return {
    namespace: 'shop',
    name: `${name}-hpa`,
    labels: {},
    target: { kind: 'Deployment' as const, namespace: 'shop', name },
    minReplicas,
    maxReplicas,
    currentReplicas: minReplicas,
  };
}
