import type { Application, Plan } from './plan.ts';

/**
 * Applications in the order they are recovered: index 0 is wave 1 (the platform is wave 0), and everything an
 * application depends on is in an earlier wave. Members keep the plan's order.
 * Throws on a dependency cycle or an unknown dependency: readPlan refuses such plans with their place.
 */
export function waves(plan: Pick<Plan, 'applications'>): readonly (readonly Application[])[] {
  const recovered = new Set<string>();
  const result: Application[][] = [];
  let rest = [...plan.applications];
  while (rest.length > 0) {
    const wave = rest.filter((application) => application.dependsOn.every((name) => recovered.has(name)));
    if (wave.length === 0) {
      throw new Error(`no order of recovery exists for ${rest.map((application) => application.name).join(', ')}`);
    }
    result.push(wave);
    for (const application of wave) recovered.add(application.name);
    rest = rest.filter((application) => !recovered.has(application.name));
  }
  return result;
}

/**
 * By application: how many applications come up one after the other from its start on, itself and the longest chain of
 * what waits for it. The larger, the more of the recovery hangs on it.
 */
export function chainLengths(plan: Pick<Plan, 'applications'>): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { name, dependsOn } of waves(plan).flat().reverse()) {
    const own = lengths.get(name) ?? 1;
    lengths.set(name, own);
    for (const dependency of dependsOn) lengths.set(dependency, Math.max(lengths.get(dependency) ?? 1, own + 1));
  }
  return lengths;
}
