import { planName } from './plan-names.ts';
import { type Workload, workloadRef } from './pods.ts';

/** Workloads that are recovered as one thing. */
export interface Group {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly workloads: readonly Workload[];
  /** Why these belong together, for the reader of the draft. */
  readonly reason: string;
}

const partOf = 'app.kubernetes.io/part-of';
/** Labels that tell the applications of one crowded namespace apart, from the one that says most to the least. */
const identityLabels = [
  partOf,
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app',
  'k8s-app',
  'name',
  'team',
  'app.kubernetes.io/component',
];

/**
 * Applications among the workloads. A namespace is one application, or one for each part-of label in it. Where
 * everything is in one namespace, the next label that tells workloads apart does. A part-of label never joins
 * namespaces: the order of recovery between them would be lost.
 */
export function groupWorkloads(workloads: readonly Workload[]): readonly Group[] {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const labels = namespaces.length === 1 ? identityLabels : [partOf];
  const groups = namespaces.flatMap((namespace) => {
    const members = workloads.filter((workload) => workload.namespace === namespace);
    return split(namespace, members, labels) ?? [whole(namespace, members)];
  });
  return withDistinctNames(groups);
}

function whole(namespace: string, workloads: readonly Workload[]): Group {
  const parts = new Set(workloads.map(({ labels }) => labels[partOf]));
  const [part] = parts;
  const shared = parts.size === 1 && namespace === 'default' ? part : undefined;
  return {
    name: planName(shared ?? namespace, 'application'),
    namespace,
    selector: {},
    workloads,
    reason: `everything in namespace ${namespace}${unlabelledText(workloads)}`,
  };
}

/** Why a crowded namespace could not be taken apart, where missing labels are to blame. */
function unlabelledText(workloads: readonly Workload[]): string {
  const unlabelled = workloads.filter(({ labels }) => identityLabels.every((label) => !(label in labels)));
  if (unlabelled.length === 0 || workloads.length === 1) return '';
  const names = unlabelled.map(workloadRef).join(', ');
  return `; ${names} ${unlabelled.length === 1 ? 'has' : 'have'} no label (${partOf}) that would tell parts of it apart`;
}

/** The namespace taken apart by the first label that can; undefined where none can, or would leave something out. */
function split(namespace: string, workloads: readonly Workload[], labels: readonly string[]): Group[] | undefined {
  for (const label of labels) {
    const groups = new Map<string, Group>();
    for (const workload of workloads) {
      const key = label in workload.labels ? label : identityLabels.find((candidate) => candidate in workload.labels);
      const value = key === undefined ? undefined : workload.labels[key];
      if (key === undefined || value === undefined) break;
      const id = `${key}=${value}`;
      const members = [...(groups.get(id)?.workloads ?? []), workload];
      const name = planName(value, workload.name);
      groups.set(id, {
        name,
        namespace,
        selector: { [key]: value },
        workloads: members,
        reason: `label ${id} in namespace ${namespace}`,
      });
    }
    const found = [...groups.values()];
    const usesLabel = found.some(({ selector }) => label in selector);
    if (usesLabel && found.length > 1 && eachInOne(workloads, found)) return found;
  }
  return undefined;
}

function eachInOne(workloads: readonly Workload[], groups: readonly Group[]): boolean {
  const matches = (workload: Workload, { selector }: Group) =>
    Object.entries(selector).every(([key, value]) => workload.labels[key] === value);
  return workloads.every((workload) => groups.filter((group) => matches(workload, group)).length === 1);
}

function withDistinctNames(groups: readonly Group[]): Group[] {
  const taken = new Set<string>();
  return groups.map((group) => {
    let name = group.name;
    if (taken.has(name) && name !== group.namespace) name = planName(`${group.namespace}-${name}`, name);
    // Room for the number within the 63 characters of a name.
    const stem = name.slice(0, 58);
    for (let number = 2; taken.has(name); number += 1) name = `${stem}-${number}`;
    taken.add(name);
    return { ...group, name };
  });
}
