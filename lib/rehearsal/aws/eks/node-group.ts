import type { Kernel, Timer } from '../../kernel/kernel.ts';
import type { KubernetesCluster, NodeDescription } from '../../kubernetes/cluster.ts';
import { instanceCapacity } from './instance-types.ts';

export interface NodeGroupDefinition {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
  readonly instanceType: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** How long nodes take, in milliseconds; each launch varies within its range. */
export interface NodeLatencies {
  /**
   * From the desired size to a Ready node: Auto Scaling reaction, RunInstances, boot, nodeadm, CNI. 60–100 s for a cold
   * AL2023 node; AWS publishes no figure. Unverified: eks.node-launch.
   */
  readonly launchMs: readonly [fromMs: number, toMs: number];
  /** From a lower desired size to the node's end (drain and terminate). Unverified: eks.node-termination. */
  readonly terminateMs: readonly [fromMs: number, toMs: number];
  /** UpdateNodegroupConfig from InProgress to Successful; it doesn't wait for nodes. Unverified: eks.node-group-update. */
  readonly updateMs: readonly [fromMs: number, toMs: number];
  /** Cluster Autoscaler --scan-interval, default 10 s. */
  readonly clusterAutoscalerMs: readonly [fromMs: number, toMs: number];
  /** Karpenter BATCH_IDLE_DURATION 1 s and BATCH_MAX_DURATION 10 s; EKS Auto Mode is built on Karpenter. */
  readonly karpenterMs: readonly [fromMs: number, toMs: number];
  /** How long Auto Scaling waits after a failed launch before it tries again. Unverified: eks.launch-retry. */
  readonly retryMs: readonly [fromMs: number, toMs: number];
}

export const defaultNodeLatencies: NodeLatencies = {
  launchMs: [60_000, 100_000],
  terminateMs: [30_000, 60_000],
  updateMs: [10_000, 30_000],
  clusterAutoscalerMs: [1_000, 10_000],
  karpenterMs: [1_000, 10_000],
  retryMs: [45_000, 75_000],
};

/** Instances that EC2 can still give, by region and instance type; absent is unlimited. */
export class Ec2Capacity {
  readonly #left = new Map<string, number>();
  readonly #listeners: (() => void)[] = [];

  /** `*` is a limit for all types together. */
  set(region: string, instanceType: string, availableCount: number): void {
    this.#left.set(`${region}/${instanceType}`, availableCount);
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes one instance if there is one. */
  take(region: string, instanceType: string): boolean {
    const keys = [`${region}/${instanceType}`, `${region}/*`].filter((key) => this.#left.has(key));
    if (keys.some((key) => (this.#left.get(key) ?? 0) <= 0)) return false;
    for (const key of keys) this.#left.set(key, (this.#left.get(key) ?? 0) - 1);
    return true;
  }
}

export interface NodeGroupParts {
  readonly kernel: Kernel;
  readonly region: string;
  readonly cluster: KubernetesCluster;
  readonly capacity: Ec2Capacity;
  readonly latencies: NodeLatencies;
  /** Number of the next node in its cluster, for names. */
  readonly nextIndex: () => number;
}

/** One group of equal nodes: follows its desired size as an Auto Scaling group does. */
export class NodeGroup {
  readonly definition: NodeGroupDefinition;
  minSize: number;
  maxSize: number;
  #desiredSize: number;
  readonly #parts: NodeGroupParts;
  readonly #nodes: string[] = [];
  readonly #launching = new Set<Timer>();
  #launchFailed = false;
  #retry: Timer | undefined;

  /** The desired nodes are there from the start. */
  constructor(definition: NodeGroupDefinition, parts: NodeGroupParts) {
    this.definition = definition;
    this.minSize = definition.minSize;
    this.maxSize = definition.maxSize;
    this.#desiredSize = definition.desiredSize;
    this.#parts = parts;
    for (let index = 0; index < definition.desiredSize; index++) this.#join();
    parts.capacity.onChange(() => {
      if (this.#launchFailed) this.#scheduleRetry();
    });
  }

  get desiredSize(): number {
    return this.#desiredSize;
  }

  /** Nodes that are being launched. */
  get launching(): number {
    return this.#launching.size;
  }

  /** EC2 refused the last launch and the group is short of its desired size. */
  get launchFailed(): boolean {
    return this.#launchFailed;
  }

  get nodes(): readonly string[] {
    return this.#nodes;
  }

  setDesiredSize(desiredSize: number): void {
    this.#desiredSize = desiredSize;
    this.#reconcile();
  }

  #random([fromMs, toMs]: readonly [number, number]): number {
    return this.#parts.kernel.random(`eks/${this.#parts.cluster.name}`).integer(fromMs, toMs);
  }

  #reconcile(): void {
    if (this.#parts.cluster.stopped) return;
    const surplus = this.#nodes.length + this.#launching.size - this.#desiredSize;
    if (surplus > 0) this.#shrink(surplus);
    this.#launchFailed = false;
    while (this.#nodes.length + this.#launching.size < this.#desiredSize) {
      if (!this.#parts.capacity.take(this.#parts.region, this.definition.instanceType)) {
        this.#launchFailed = true;
        this.#scheduleRetry();
        return;
      }
      this.#launch();
    }
  }

  #launch(): void {
    const { kernel, cluster, latencies } = this.#parts;
    const timer = kernel.after(this.#random(latencies.launchMs), `eks/${cluster.name}/node-joins`, () => {
      this.#launching.delete(timer);
      if (!cluster.stopped) this.#join();
    });
    this.#launching.add(timer);
  }

  #scheduleRetry(): void {
    const { kernel, cluster, latencies } = this.#parts;
    this.#retry?.cancel();
    this.#retry = kernel.after(this.#random(latencies.retryMs), `eks/${cluster.name}/launch-again`, () =>
      this.#reconcile(),
    );
  }

  /** Launches that are under way are given up first, then the youngest nodes go. */
  #shrink(count: number): void {
    const { kernel, cluster, latencies } = this.#parts;
    let left = count;
    for (const timer of this.#launching) {
      if (left === 0) break;
      timer.cancel();
      this.#launching.delete(timer);
      left--;
    }
    for (const name of this.#nodes.splice(this.#nodes.length - left, left))
      kernel.after(this.#random(latencies.terminateMs), `eks/${cluster.name}/node-leaves`, () => {
        if (!cluster.stopped) cluster.removeNode(name);
      });
  }

  #join(): void {
    const node = this.describeNode(this.#parts.nextIndex());
    this.#nodes.push(node.name);
    this.#parts.cluster.addNode(node);
  }

  /** The node that the group would add as number `index` of its cluster. */
  describeNode(index: number): NodeDescription {
    const { instanceType, name, labels } = this.definition;
    const { cluster, region } = this.#parts;
    const offer = instanceCapacity(instanceType);
    return {
      name: `ip-10-0-${Math.floor(index / 250)}-${(index % 250) + 4}.${region}.compute.internal`,
      cpuMillis: offer.allocatableCpuMillis,
      memoryBytes: offer.allocatableMemoryBytes,
      maxPods: offer.maxPods,
      zone: cluster.zones[index % cluster.zones.length] ?? region,
      labels: {
        'topology.kubernetes.io/region': region,
        'node.kubernetes.io/instance-type': instanceType,
        'kubernetes.io/arch': offer.architecture,
        'eks.amazonaws.com/nodegroup': name,
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        ...labels,
      },
    };
  }
}
