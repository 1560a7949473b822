import type { AuroraGlobalStore, Plan } from '../plan/plan.ts';
import { unrecoverable } from '../plan/recoverability.ts';
import { waves } from '../plan/waves.ts';
import type { DataStoreDriver } from './data-store-driver.ts';

/** A data store that a failover promotes, and whose it is. */
export interface PromotedStoreOf {
  readonly application: string;
  readonly store: AuroraGlobalStore;
}

/** How a function gets at a store; one driver a store and invocation. */
export type DriverOf = (store: AuroraGlobalStore) => DataStoreDriver;

/** In the order of the waves, without the applications that can't be recovered. */
export function promotedStores(plan: Plan): readonly PromotedStoreOf[] {
  const lost = new Set(unrecoverable(plan).map(({ application }) => application));
  return waves(plan)
    .flat()
    .filter(({ name }) => !lost.has(name))
    .flatMap(({ name, dataStores }) =>
      dataStores.flatMap((store) => (store.kind === 'aurora-global' ? [{ application: name, store }] : [])),
    );
}

/** For people and journals: `ledger/ledger-db`. */
export function storeName({ application, store }: PromotedStoreOf): string {
  return `${application}/${store.name}`;
}
