import type { Kernel, Timer } from '../../kernel/kernel.ts';
import type { KubernetesCluster, NodeDescription, Pod } from '../../kubernetes/cluster.ts';
import { nodeFits } from '../../kubernetes/node/placement.ts';
import { podRequests } from '../../kubernetes/quantities.ts';
import type { NodeGroup, NodeLatencies } from './node-group.ts';

export type AutoscalerKind = 'none' | 'cluster-autoscaler' | 'karpenter' | 'auto-mode';

export interface AutoscalerParts {
  readonly kernel: Kernel;
  readonly cluster: KubernetesCluster;
  readonly groups: readonly NodeGroup[];
  readonly latencies: NodeLatencies;
}

/**
 * Adds nodes for pods that fit nowhere, within the groups' maximum sizes. Nodes that are on their way count. Taking
 * idle nodes away (10 minutes and more) is not simulated: a rehearsal's standby never shrinks while it is active.
 */
export function startAutoscaler(kind: Exclude<AutoscalerKind, 'none'>, parts: AutoscalerParts): void {
  const { kernel, cluster, latencies } = parts;
  const random = kernel.random(`eks/${cluster.name}/autoscaler`);
  const [fromMs, toMs] = kind === 'cluster-autoscaler' ? latencies.clusterAutoscalerMs : latencies.karpenterMs;
  let _due: Timer | undefined;
  const react = (): void => {
    _due ??= kernel.after(random.integer(fromMs, toMs), `eks/${cluster.name}/autoscale`, () => {
      _due = undefined;
      if (!cluster.stopped) addNodes(parts);
    });
  };
  cluster.onUnschedulable(react);
}

function addNodes({ cluster, groups }: AutoscalerParts): void {
  let waiting = cluster.unschedulablePods();
  for (const group of groups) {
    const room = group.maxSize - group.desiredSize;
    const node = group.describeNode(0);
    const { nodes, left } = pack(waiting, node, group.launching, room);
    waiting = left;
    if (nodes > 0) group.setDesiredSize(group.desiredSize + nodes);
  }
}

/** First fit of pods into nodes of one kind: those on their way, then at most `room` new ones. */
function pack(
  pods: readonly Pod[],
  node: NodeDescription,
  launching: number,
  room: number,
): { readonly nodes: number; readonly left: readonly Pod[] } {
  const empty = () => ({ cpu: node.cpuMillis, memory: node.memoryBytes, pods: node.maxPods });
  const bins = Array.from({ length: launching }, empty);
  const left: Pod[] = [];
  for (const pod of pods) {
    const wanted = podRequests(pod.spec);
    const fits = (bin: ReturnType<typeof empty>): boolean =>
      bin.cpu >= wanted.cpuMillis && bin.memory >= wanted.memoryBytes && bin.pods >= 1;
    let bin = bins.find(fits);
    if (!suits(pod, node) || (bin === undefined && (bins.length >= launching + room || !fits(empty())))) {
      left.push(pod);
      continue;
    }
    if (bin === undefined) {
      bin = empty();
      bins.push(bin);
    }
    bin.cpu -= wanted.cpuMillis;
    bin.memory -= wanted.memoryBytes;
    bin.pods -= 1;
  }
  return { nodes: bins.length - launching, left };
}

function suits(pod: Pod, node: NodeDescription): boolean {
  const labels = { 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': node.zone, ...node.labels };
  const view = { name: '', labels, taints: node.taints ?? [], cpuMillis: 0, memoryBytes: 0, pods: 0 };
  return nodeFits(view, pod.spec) === undefined;
}
