import { z } from 'zod';
import { type KubernetesObject, namespaceOf } from './kubernetes-object.ts';
import { isPlatformNamespace } from './platform-components.ts';
import { runsByTheClock, type Workload } from './pods.ts';

export interface DraftNodeGroup {
  readonly instanceType: string;
  /** Nodes that hold the estate at rest, and when every autoscaler has added all it may. */
  readonly activeMinSize: number;
  /** Nodes that hold the platform alone, before a disaster. */
  readonly standbyMinSize: number;
  readonly maxSize: number;
}

const largestInstanceType = { name: 'm6i.32xlarge', cpu: 128, memoryGib: 512, pods: 737 };

/** m6i sizes with vCPU, GiB and most pods with the VPC CNI (ENIs x (addresses - 1) + 2). Source: EC2 instance types. */
const instanceTypes = [
  { name: 'm6i.xlarge', cpu: 4, memoryGib: 16, pods: 58 },
  { name: 'm6i.2xlarge', cpu: 8, memoryGib: 32, pods: 58 },
  { name: 'm6i.4xlarge', cpu: 16, memoryGib: 64, pods: 234 },
  { name: 'm6i.8xlarge', cpu: 32, memoryGib: 128, pods: 234 },
  { name: 'm6i.16xlarge', cpu: 64, memoryGib: 256, pods: 737 },
  largestInstanceType,
];

/** Kubelet, system and a margin for pods that don't fill a node to its brim. */
const usableShare = 0.75;
const leastActiveNodes = 2;
const leastStandbyNodes = 1;

interface Need {
  readonly cpu: number;
  readonly memoryGib: number;
  readonly pods: number;
}

/** A node group that holds the workloads, by their requests. */
export function nodeGroupFor(workloads: readonly Workload[], objects: readonly KubernetesObject[]): DraftNodeGroup {
  const autoscaled = autoscaledReplicas(objects);
  const onEveryNode = sum(workloads.filter(({ kind }) => kind === 'DaemonSet').map((workload) => podNeed(workload)));
  const placed = workloads.filter(({ kind }) => kind !== 'DaemonSet');
  const largest = placed.map(podNeed);
  const instance =
    instanceTypes.find(({ cpu, memoryGib }) => {
      const fits = (need: Need) =>
        need.cpu + onEveryNode.cpu <= cpu * usableShare &&
        need.memoryGib + onEveryNode.memoryGib <= memoryGib * usableShare;
      return largest.every(fits);
    }) ?? largestInstanceType;
  const count = (least: number, replicasOf: (workload: Workload) => number): number => {
    const total = sum(placed.map((workload) => times(podNeed(workload), replicasOf(workload))));
    const room = (size: number, daily: number) => Math.max(0.1, size * usableShare - daily);
    const apart = placed.filter(({ podSpec }) => podSpec.affinity !== undefined).map(replicasOf);
    return Math.max(
      least,
      ...apart,
      Math.ceil(total.cpu / room(instance.cpu, onEveryNode.cpu)),
      Math.ceil(total.memoryGib / room(instance.memoryGib, onEveryNode.memoryGib)),
      Math.ceil(total.pods / room(instance.pods, onEveryNode.pods)),
    );
  };
  // One pod for whatever runs by the clock: it may be running when the region dies.
  const atRest = (workload: Workload) =>
    Math.max(autoscaled.get(key(workload))?.min ?? 0, workload.replicas, runsByTheClock(workload.kind) ? 1 : 0);
  const atMost = (workload: Workload) => Math.max(autoscaled.get(key(workload))?.max ?? 0, atRest(workload));
  const activeMinSize = count(leastActiveNodes, atRest);
  const standbyMinSize = count(leastStandbyNodes, (workload) =>
    isPlatformNamespace(workload.namespace) ? atRest(workload) : 0,
  );
  const maxSize = Math.max(count(leastActiveNodes, atMost), activeMinSize) + 1;
  const instanceType =
    placed.length > 0 && placed.every(wantsArm) ? instance.name.replace('m6i', 'm6g') : instance.name;
  return { instanceType, activeMinSize, standbyMinSize, maxSize };
}

const autoscalerSpec = z.object({
  scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
  minReplicas: z.number().default(1),
  maxReplicas: z.number(),
});

function autoscaledReplicas(objects: readonly KubernetesObject[]): ReadonlyMap<string, { min: number; max: number }> {
  return new Map(
    objects.flatMap((object) => {
      const spec = object.kind === 'HorizontalPodAutoscaler' ? autoscalerSpec.safeParse(object.spec).data : undefined;
      if (!spec) return [];
      const { kind, name } = spec.scaleTargetRef;
      return [[`${namespaceOf(object)}/${kind}/${name}`, { min: spec.minReplicas, max: spec.maxReplicas }] as const];
    }),
  );
}

function key({ namespace, kind, name }: Workload): string {
  return `${namespace}/${kind}/${name}`;
}

function wantsArm({ podSpec }: Workload): boolean {
  const selector = podSpec.nodeSelector ?? {};
  return (selector['kubernetes.io/arch'] ?? selector['beta.kubernetes.io/arch']) === 'arm64';
}

/** What one pod asks for; containers without requests still need something. */
function podNeed({ podSpec }: Workload): Need {
  const needs = podSpec.containers.map(({ resources }): Need => {
    const asked = { ...resources?.limits, ...resources?.requests };
    return { cpu: quantity(asked.cpu ?? '100m'), memoryGib: quantity(asked.memory ?? '128Mi') / 2 ** 30, pods: 0 };
  });
  return { ...sum(needs), pods: 1 };
}

const multipliers: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number: `250m` is 0.25, `1Gi` is 2^30; 0 for what isn't one. */
export function quantity(value: string | number): number {
  const match = /^([\d.]+(?:e\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(value));
  return match ? Number(match[1]) * (multipliers[match[2] ?? ''] ?? 1) : 0;
}

function sum(needs: readonly Need[]): Need {
  return needs.reduce(
    (total, need) => ({
      cpu: total.cpu + need.cpu,
      memoryGib: total.memoryGib + need.memoryGib,
      pods: total.pods + need.pods,
    }),
    { cpu: 0, memoryGib: 0, pods: 0 },
  );
}

function times(need: Need, factor: number): Need {
  return { cpu: need.cpu * factor, memoryGib: need.memoryGib * factor, pods: need.pods * factor };
}
