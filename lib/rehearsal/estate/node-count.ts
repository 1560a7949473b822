import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import { instanceCapacity } from '../aws/eks/instance-types.ts';
import { quantity } from '../kubernetes/quantities.ts';
import { longRunningKinds, podSpecOf, replicasOf } from './manifests.ts';

interface Demand {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

/** Room for what doesn't fit together without gaps, and for pods that come and go (jobs, rolling updates). */
const headroom = 1.15;

/** Nodes of a type that the objects' pods need, about: what a team would have sized the cluster to. */
export function nodesNeeded(objects: readonly KubernetesObject[], instanceType: string): number {
  const node = instanceCapacity(instanceType);
  const floors = autoscalerFloors(objects);
  let total: Demand = { cpuMillis: 0, memoryBytes: 0, pods: 0 };
  let onEveryNode: Demand = { cpuMillis: 0, memoryBytes: 0, pods: 0 };
  for (const object of objects) {
    const one = podDemand(object);
    if (one === undefined) continue;
    if (object.kind === 'DaemonSet') onEveryNode = sum(onEveryNode, one, 1);
    if (!longRunningKinds.has(object.kind) || object.kind === 'DaemonSet') continue;
    const replicas = replicasOf(object);
    const floor = floors.get(`${object.metadata.namespace}/${object.kind}/${object.metadata.name}`) ?? 0;
    total = sum(total, one, replicas === 0 ? 0 : Math.max(replicas, floor));
  }
  const needed = Math.max(
    total.cpuMillis / Math.max(1, node.allocatableCpuMillis - onEveryNode.cpuMillis),
    total.memoryBytes / Math.max(1, node.allocatableMemoryBytes - onEveryNode.memoryBytes),
    total.pods / Math.max(1, node.maxPods - onEveryNode.pods),
  );
  return Math.ceil(needed * headroom);
}

function podDemand(object: KubernetesObject): Demand | undefined {
  const spec = podSpecOf(object);
  if (spec === undefined) return undefined;
  const requested = (resource: string) =>
    (spec.containers ?? []).reduce(
      (sumSoFar, one) => sumSoFar + (quantity(one.resources?.requests?.[resource]) ?? 0),
      0,
    );
  return { cpuMillis: requested('cpu') * 1000, memoryBytes: requested('memory'), pods: 1 };
}

function sum(a: Demand, b: Demand, times: number): Demand {
  return {
    cpuMillis: a.cpuMillis + b.cpuMillis * times,
    memoryBytes: a.memoryBytes + b.memoryBytes * times,
    pods: a.pods + b.pods * times,
  };
}

/** By `namespace/kind/name` of its target: the smallest number of replicas that an autoscaler allows. */
function autoscalerFloors(objects: readonly KubernetesObject[]): ReadonlyMap<string, number> {
  const floors = new Map<string, number>();
  for (const { kind, metadata, spec } of objects) {
    if (kind !== 'HorizontalPodAutoscaler' || typeof spec !== 'object' || spec === null) continue;
    if (!('scaleTargetRef' in spec) || !('minReplicas' in spec)) continue;
    const { scaleTargetRef: target, minReplicas } = spec;
    if (typeof target !== 'object' || target === null || !('kind' in target) || !('name' in target)) continue;
    if (typeof minReplicas === 'number') floors.set(`${metadata.namespace}/${target.kind}/${target.name}`, minReplicas);
  }
  return floors;
}
