import type { Plan } from '../../plan/plan.ts';

/** By application with a store that a failover promotes: the shortest promotion, in seconds. */
export function promotionSecondsOf(plan: Plan, times: { readonly promotionMs: number }): ReadonlyMap<string, number> {
  const promoted = plan.applications.filter(({ dataStores }) =>
    dataStores.some(({ kind }) => kind === 'aurora-global'),
  );
  return new Map(promoted.map(({ name }) => [name, times.promotionMs / 1000]));
}
