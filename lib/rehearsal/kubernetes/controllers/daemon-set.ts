import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { nodeFits, nodeView } from '../node/placement.ts';
import type { DaemonSet, Node, Pod, PodTemplate, Toleration } from '../objects.ts';
import { controllerOf, namespaceOf, uidOf } from '../objects.ts';
import { createPod, deletePod, generatedPodName, isFinished, isReady, isTerminating, templateHash } from '../pods.ts';

/** Added to every pod of a DaemonSet (Kubernetes documentation, DaemonSet, "Taints and tolerations"). */
const daemonTolerations: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

/** One pod on every node that its selector and tolerations admit. */
export function startDaemonSetController(plane: ControlPlane): void {
  const queue = new WorkQueue(plane, 'daemonset', (namespace, name) => {
    const set = plane.store.get('DaemonSet', namespace, name);
    if (set !== undefined && set.metadata.deletionTimestamp === undefined) reconcile(plane, set);
  });
  plane.store.onChange(['DaemonSet'], ({ event, object }) => {
    if (event !== 'deleted') queue.addObject(object);
  });
  plane.store.onChange(['Node'], () => {
    for (const set of plane.store.list('DaemonSet')) queue.addObject(set);
  });
  plane.store.onChange(['Pod'], ({ object }) => {
    const owner = controllerOf(object);
    if (owner?.kind === 'DaemonSet') queue.add(namespaceOf(object), owner.name);
  });
}

/** The node a DaemonSet pod is meant for: the scheduler binds it there and nowhere else. */
function targetNode(pod: Pod): string | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return pod.spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0];
}

function templateFor(set: DaemonSet, node: Node): PodTemplate {
  const { template } = set.spec;
  const expressions =
    template.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }];
  const nodeSelectorTerms =
    expressions.length === 0 ? [{ matchFields }] : expressions.map((term) => ({ ...term, matchFields }));
  return {
    ...template,
    spec: {
      ...template.spec,
      tolerations: [...(template.spec.tolerations ?? []), ...daemonTolerations],
      affinity: {
        ...template.spec.affinity,
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
      },
    },
  };
}

function reconcile(plane: ControlPlane, set: DaemonSet): void {
  const revision = templateHash(set.spec.template);
  const byNode = new Map<string, Pod>();
  for (const pod of plane.store.dependentsOfKind(uidOf(set), 'Pod')) {
    if (isFinished(pod)) plane.remove('Pod', pod);
    else byNode.set(targetNode(pod) ?? '', pod);
  }
  const nodes = plane.store.list('Node').filter((node) => {
    const { spec } = templateFor(set, node);
    return nodeFits(nodeView(node), spec) === undefined;
  });
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const [node, pod] of byNode) if (!names.has(node)) deletePod(plane, pod);
  for (const node of nodes)
    if (!byNode.has(node.metadata.name))
      createPod(plane, set, generatedPodName(plane, set), templateFor(set, node), {
        'controller-revision-hash': revision,
      });
  rollOne(plane, set, byNode, revision);
  writeStatus(plane, set, nodes.length, revision);
}

/** maxUnavailable is 1 by default: one outdated pod at a time, and only while all others are ready. */
function rollOne(plane: ControlPlane, set: DaemonSet, byNode: ReadonlyMap<string, Pod>, revision: string): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const outdated = [...byNode.values()].filter((pod) => pod.metadata.labels?.['controller-revision-hash'] !== revision);
  const broken = outdated.find((pod) => !isReady(pod) && !isTerminating(pod));
  if (broken !== undefined) deletePod(plane, broken);
  else if (outdated.length > 0 && [...byNode.values()].every(isReady)) deletePod(plane, outdated[0]!);
}

function writeStatus(plane: ControlPlane, set: DaemonSet, desired: number, revision: string): void {
  const pods = plane.store.dependentsOfKind(uidOf(set), 'Pod').filter((pod) => !isTerminating(pod));
  const ready = pods.filter(isReady).length;
  const status = {
    observedGeneration: set.metadata.generation ?? 1,
    currentNumberScheduled: pods.filter((pod) => pod.spec.nodeName !== undefined).length,
    desiredNumberScheduled: desired,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: Math.max(0, desired - ready),
    updatedNumberScheduled: pods.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] === revision).length,
  };
  if (JSON.stringify(status) !== JSON.stringify(set.status)) plane.update('DaemonSet', { ...set, status });
}
