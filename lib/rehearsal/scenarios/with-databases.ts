import { InputError } from '../../plan/input-error.ts';
import type { AuroraGlobalStore, Plan } from '../../plan/plan.ts';

/** The plan with its Aurora databases changed. Throws InputError where it has none. */
export function withDatabases(
  plan: Plan,
  scenario: string,
  change: (store: AuroraGlobalStore) => AuroraGlobalStore,
): Plan {
  const stores = plan.applications.flatMap(({ dataStores }) => dataStores);
  if (!stores.some(({ kind }) => kind === 'aurora-global')) {
    throw new InputError(`${scenario} needs a plan with a data store of kind aurora-global`);
  }
  const applications = plan.applications.map((application) => ({
    ...application,
    dataStores: application.dataStores.map((store) => (store.kind === 'aurora-global' ? change(store) : store)),
  }));
  return { ...plan, applications };
}
