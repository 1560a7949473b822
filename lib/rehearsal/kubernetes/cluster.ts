import type { Kernel } from '../kernel/kernel.ts';
import type { ApiRequest, ApiResponse } from './api/request.ts';
import { ApiServer } from './api/server.ts';
import { ControlPlane, type WorkloadBehaviour } from './control-plane.ts';
import { startCronJobController } from './controllers/cron-job.ts';
import { startDaemonSetController } from './controllers/daemon-set.ts';
import { startDeploymentController } from './controllers/deployment.ts';
import { startDisruptionBudgetController } from './controllers/disruption-budget.ts';
import { EndpointsController } from './controllers/endpoints.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startAutoscalerController } from './controllers/horizontal-pod-autoscaler.ts';
import { startJobController } from './controllers/job.ts';
import { startReplicaSetController } from './controllers/replica-set.ts';
import { startStatefulSetController } from './controllers/stateful-set.ts';
import { startVolumeController } from './controllers/volumes.ts';
import { type ClusterLatencies, defaultLatencies } from './latencies.ts';
import { ensureNamespace, loadObjects, serveDefinitions } from './loading.ts';
import { Kubelets } from './node/kubelet.ts';
import { Scheduler } from './node/scheduler.ts';
import type { KnownKinds, KubernetesObject, Labels, Pod } from './objects.ts';
import { timestamp } from './objects.ts';

export type { ApiRequest, ApiResponse, ApiUser } from './api/request.ts';
export type { WorkloadBehaviour } from './control-plane.ts';
export type { ClusterLatencies } from './latencies.ts';
export type { KubernetesObject, Pod, PolicyRule } from './objects.ts';

export interface ClusterOptions {
  readonly kernel: Kernel;
  /** Unique in a world: names the cluster's random stream. */
  readonly name: string;
  /** Kubernetes version, `1.33`. */
  readonly version: string;
  readonly latencies?: Partial<ClusterLatencies>;
  /** Availability zones; volumes that bind immediately are made in one of them. */
  readonly zones?: readonly string[];
  readonly behaviour?: Partial<WorkloadBehaviour>;
  /** A default StorageClass `gp3` (ebs.csi.aws.com, WaitForFirstConsumer), as clusters with the EBS CSI add-on have; default true. */
  readonly defaultStorageClass?: boolean;
}

export interface NodeDescription {
  readonly name: string;
  /** What pods may request; capacity minus the reservations of the node. */
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly maxPods: number;
  readonly zone: string;
  readonly labels?: Labels;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
}

/** Thrown by a cluster that has been stopped: to its clients it is not an error answer but no answer. */
export class ClusterDarkError extends Error {
  override readonly name = 'ClusterDarkError';
}

/** One simulated Kubernetes cluster: API server, controllers, scheduler and kubelets on the kernel's virtual clock. */
export class KubernetesCluster {
  readonly name: string;
  readonly version: string;
  readonly zones: readonly string[];
  readonly #plane: ControlPlane;
  readonly #server: ApiServer;
  readonly #endpoints: EndpointsController;
  readonly #scheduler: Scheduler;
  readonly #assumedKinds = new Set<string>();
  #pendingPods = 0;
  #loading = false;

  constructor(options: ClusterOptions) {
    this.name = options.name;
    this.version = options.version;
    this.zones = options.zones ?? ['a', 'b', 'c'];
    const behaviour: WorkloadBehaviour = {
      imageAvailable: () => true,
      crashes: () => false,
      ...options.behaviour,
    };
    const plane = new ControlPlane({
      kernel: options.kernel,
      name: options.name,
      version: options.version,
      latencies: { ...defaultLatencies, ...options.latencies },
      behaviour,
      zones: this.zones,
    });
    this.#plane = plane;
    this.#endpoints = new EndpointsController(plane);
    this.#scheduler = new Scheduler(plane);
    new Kubelets(plane);
    for (const start of controllers) start(plane);
    serveDefinitions(plane, () => this.#loading);
    this.#server = new ApiServer(plane, (namespace, service) => this.readyEndpoints(namespace, service));
    this.#countPendingPods();
    this.#prepareNamespaces();
    if (options.defaultStorageClass !== false) this.load([gp3StorageClass]);
  }

  /** Answers a request now; what it causes happens in later kernel events. Throws ClusterDarkError once stopped. */
  handle(request: ApiRequest): ApiResponse {
    if (this.#plane.stopped) throw new ClusterDarkError(`cluster ${this.name} does not answer`);
    return this.#server.handle(request);
  }

  /** Makes objects as an administrator would apply them. Throws InputError naming what a real server would refuse. */
  load(objects: readonly KubernetesObject[]): void {
    this.#loading = true;
    try {
      loadObjects(this.#plane, objects, (kind) => this.#assumedKinds.add(kind));
    } finally {
      this.#loading = false;
    }
  }

  /** Custom kinds that were loaded without their definition, as `apiVersion Kind`: for the report. */
  get assumedKinds(): readonly string[] {
    return [...this.#assumedKinds];
  }

  addNode(node: NodeDescription): void {
    const allocatable = {
      cpu: `${node.cpuMillis}m`,
      memory: String(node.memoryBytes),
      pods: String(node.maxPods),
    };
    this.#plane.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: node.name,
        labels: {
          'kubernetes.io/hostname': node.name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'topology.kubernetes.io/zone': node.zone,
          ...node.labels,
          ...oldLabels({ ...node.labels, 'topology.kubernetes.io/zone': node.zone }),
        },
      },
      spec: node.taints === undefined ? {} : { taints: node.taints },
      status: {
        allocatable,
        capacity: allocatable,
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: timestamp(this.#plane.nowMs) },
        ],
      },
    });
  }

  /** The node is gone, and with it at once the pods on it. */
  removeNode(name: string): void {
    const node = this.#plane.store.get('Node', '', name);
    if (node === undefined) return;
    this.#plane.remove('Node', node);
    for (const pod of this.#plane.store.list('Pod')) if (pod.spec.nodeName === name) this.#plane.remove('Pod', pod);
  }

  /** How many pods traffic to a service can reach now; 0 for an unknown service and for a stopped cluster. */
  readyEndpoints(namespace: string, service: string): number {
    return this.#plane.stopped ? 0 : this.#endpoints.count(namespace, service);
  }

  /** Pods in phase Pending. */
  get pendingPods(): number {
    return this.#pendingPods;
  }

  /** Hears of every attempt that finds no node for a pod; attempts come only with changes of pods, nodes and volumes. */
  onUnschedulable(listener: (pod: Pod) => void): void {
    this.#scheduler.onUnschedulable(listener);
  }

  /** Pods that fit on no node now. */
  unschedulablePods(): readonly Pod[] {
    return this.#scheduler.unschedulable();
  }

  /** Objects of a kind (`Pod`; custom ones `Kind.group`); shared, not to be changed. */
  objects<K extends keyof KnownKinds>(kind: K, namespace?: string): readonly KnownKinds[K][];
  objects(kind: string, namespace?: string): readonly KubernetesObject[];
  objects(kind: string, namespace?: string): readonly KubernetesObject[] {
    return this.#plane.store.list(kind, namespace);
  }

  /** The region died: nothing answers any more, nothing runs any more. */
  stop(): void {
    this.#plane.stop();
  }

  get stopped(): boolean {
    return this.#plane.stopped;
  }

  #countPendingPods(): void {
    const isPending = (object: KubernetesObject | undefined): boolean => {
      const status = object?.status;
      return typeof status === 'object' && status !== null && 'phase' in status && status.phase === 'Pending';
    };
    this.#plane.store.onChange(['Pod'], ({ event, object, previous }) => {
      if (isPending(previous)) this.#pendingPods--;
      if (event === 'deleted' ? isPending(object) : false) this.#pendingPods--;
      if (event !== 'deleted' && isPending(object)) this.#pendingPods++;
    });
  }

  /** Every namespace has a default ServiceAccount and the root CA, as the controller manager makes them. */
  #prepareNamespaces(): void {
    const { types, store } = this.#plane;
    const account = types.byKey('ServiceAccount');
    const configMap = types.byKey('ConfigMap');
    store.onChange(['Namespace'], ({ event, object }) => {
      if (event !== 'added' || account === undefined || configMap === undefined) return;
      const namespace = object.metadata.name;
      store.create(account, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
      store.create(configMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace },
        data: { 'ca.crt': 'simulated' },
      });
    });
    for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) ensureNamespace(this.#plane, name);
  }
}

const controllers = [
  startDeploymentController,
  startReplicaSetController,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startCronJobController,
  startAutoscalerController,
  startVolumeController,
  startDisruptionBudgetController,
  startGarbageCollector,
];

const gp3StorageClass: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'ebs.csi.aws.com',
  volumeBindingMode: 'WaitForFirstConsumer',
  reclaimPolicy: 'Delete',
};

/**
 * Names that labels of nodes had before, which many manifests still select by; controllers keep them equal to today's
 * (https://kubernetes.io/docs/reference/labels-annotations-taints/, "beta.kubernetes.io/os" and the others).
 */
function oldLabels(labels: Labels): Labels {
  const renamed = [
    ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'],
    ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'],
    ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'],
  ] as const;
  return {
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': labels['kubernetes.io/arch'] ?? 'amd64',
    ...Object.fromEntries(renamed.flatMap(([now, before]) => (labels[now] ? [[before, labels[now]]] : []))),
  };
}
