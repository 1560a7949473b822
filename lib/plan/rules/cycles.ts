import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';

/** Each dependency cycle once, shown as the cycle, at the entry that closes it. */
export function cycleFindings(plan: LoosePlan): Finding[] {
  const edges = new Map<string, readonly string[]>();
  for (const { name, dependsOn } of plan.applications) {
    if (name !== undefined && !edges.has(name))
      edges.set(
        name,
        dependsOn.flatMap((target) => target ?? []),
      );
  }
  return dependencyCycles(edges).map((cycle) => {
    const from = cycle.at(-2) ?? '';
    const to = cycle.at(-1) ?? '';
    const index = plan.applications.findIndex(({ name }) => name === from);
    const position = plan.applications[index]?.dependsOn.indexOf(to) ?? 0;
    const message = `dependency cycle ${cycle.join(' → ')}: none of them can be recovered first`;
    return {
      path: ['applications', index, 'dependsOn', position],
      message,
      remedy: 'remove the dependency that is not needed to start',
    };
  });
}

/** Cycles of a graph by depth-first search, one per edge that closes one; first and last member are the same. */
export function dependencyCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (name: string): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      cycles.push([...trail.slice(start), name]);
      return;
    }
    if (done.has(name)) return;
    trail.push(name);
    for (const target of new Set(edges.get(name) ?? [])) visit(target);
    trail.pop();
    done.add(name);
  };
  for (const name of edges.keys()) visit(name);
  return cycles;
}
