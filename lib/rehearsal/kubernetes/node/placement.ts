import type { LabelRequirement, Node, NodeSelectorTerm, Pod, PodSpec, Taint } from '../objects.ts';
import { namespaceOf } from '../objects.ts';
import { quantity } from '../quantities.ts';
import { matchesLabels, matchesSelector, meetsRequirement } from '../selectors.ts';

/** A node as the scheduler sees it. */
export interface NodeView {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

export function nodeView(node: Node): NodeView {
  const unschedulable: readonly Taint[] =
    node.spec?.unschedulable === true ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : [];
  return {
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    taints: [...(node.spec?.taints ?? []), ...unschedulable],
    cpuMillis: Math.round((quantity(node.status?.allocatable?.cpu) ?? 0) * 1000),
    memoryBytes: quantity(node.status?.allocatable?.memory) ?? 0,
    pods: quantity(node.status?.allocatable?.pods) ?? 0,
  };
}

/** Why a pod may not run on a node whatever its load, in the scheduler's words; undefined if it may. */
export function nodeFits(node: NodeView, spec: PodSpec): string | undefined {
  if (spec.nodeSelector !== undefined && !matchesLabels(node.labels, spec.nodeSelector))
    return "node(s) didn't match Pod's node affinity/selector";
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required !== undefined && !matchesTerms(node, required.nodeSelectorTerms))
    return "node(s) didn't match Pod's node affinity/selector";
  const untolerated = node.taints.find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(spec, taint));
  if (untolerated !== undefined)
    return untolerated.key === 'node.kubernetes.io/unschedulable'
      ? 'node(s) were unschedulable'
      : `node(s) had untolerated taint(s) {${untolerated.key}: ${untolerated.value ?? ''}}`;
  return undefined;
}

/** Terms are alternatives; the requirements of one term must all hold. A term without requirements matches nothing. */
export function matchesTerms(node: Pick<NodeView, 'name' | 'labels'>, terms: readonly NodeSelectorTerm[]): boolean {
  return terms.some((term) => {
    const fields: readonly LabelRequirement[] = term.matchFields ?? [];
    const expressions: readonly LabelRequirement[] = term.matchExpressions ?? [];
    if (fields.length === 0 && expressions.length === 0) return false;
    return (
      fields.every((requirement) => meetsRequirement({ 'metadata.name': node.name }, requirement)) &&
      expressions.every((requirement) => meetsRequirement(node.labels, requirement))
    );
  });
}

function tolerates(spec: PodSpec, taint: Taint): boolean {
  return (spec.tolerations ?? []).some((toleration) => {
    if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false;
    if (toleration.key === undefined || toleration.key === '') return toleration.operator === 'Exists';
    if (toleration.key !== taint.key) return false;
    return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
  });
}

/** Does required pod anti-affinity keep a pod off a node, given the pods and where they are? */
export function antiAffinityForbids(
  pod: Pod,
  node: NodeView,
  placed: Iterable<{ readonly pod: Pod; readonly node: NodeView }>,
): boolean {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (terms.length === 0) return false;
  for (const other of placed) {
    for (const term of terms) {
      const topology = node.labels[term.topologyKey];
      if (topology === undefined || other.node.labels[term.topologyKey] !== topology) continue;
      const namespaces = term.namespaces ?? [namespaceOf(pod)];
      if (!namespaces.includes(namespaceOf(other.pod))) continue;
      if (matchesSelector(other.pod.metadata.labels, term.labelSelector)) return true;
    }
  }
  return false;
}
