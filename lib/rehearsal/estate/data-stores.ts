import type { KubernetesObject } from '../../plan/draft/kubernetes-object.ts';
import type { Application, AuroraGlobalStore, Plan } from '../../plan/plan.ts';
import { type PromotedDatabase, SimulatedDataStore } from './data-store.ts';
import { hasClaims, longRunningKinds } from './manifests.ts';
import { belongsTo } from './ownership.ts';

/** Claims of a workload that no replicated data store of the plan speaks for. */
export interface UnreplicatedClaims {
  readonly application: string;
  /** `StatefulSet/orders-postgresql` */
  readonly workload: string;
}

/** By application: the plan's data stores, and one for every workload whose claims the plan forgot. */
export function dataStoresOf(
  plan: Plan,
  claims: readonly UnreplicatedClaims[],
  databaseOf: (store: AuroraGlobalStore) => PromotedDatabase,
): ReadonlyMap<string, readonly SimulatedDataStore[]> {
  const homeRegion = plan.regions.active;
  return new Map(
    plan.applications.map((application) => {
      const declared = application.dataStores.map(
        (store) =>
          new SimulatedDataStore({
            name: store.name,
            application: application.name,
            homeRegion,
            ...(store.kind === 'aurora-global'
              ? { lagSeconds: 0, database: databaseOf(store) }
              : { lagSeconds: store.replication?.lagSeconds }),
          }),
      );
      const forgotten = claims
        .filter((one) => one.application === application.name)
        .map(
          (one) =>
            new SimulatedDataStore({
              name: one.workload,
              application: application.name,
              lagSeconds: undefined,
              homeRegion,
            }),
        );
      return [application.name, [...declared, ...forgotten]];
    }),
  );
}

export function unreplicatedClaims(plan: Plan, objects: readonly KubernetesObject[]): readonly UnreplicatedClaims[] {
  return plan.applications.flatMap((application) =>
    objects
      .filter((object) => longRunningKinds.has(object.kind) && hasClaims(object) && belongsTo(application, object))
      .map((object) => `${object.kind}/${object.metadata.name}`)
      .filter((workload) => !spokenFor(application, workload))
      .map((workload) => ({ application: application.name, workload })),
  );
}

/** A store that names no workload speaks for all of the application's claims. */
function spokenFor(application: Application, workload: string): boolean {
  return application.dataStores.some(
    (store) =>
      store.kind !== 'aurora-global' &&
      (store.workload === undefined || store.workload.toLowerCase() === workload.toLowerCase()),
  );
}
