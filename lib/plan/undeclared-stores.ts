import type { KubernetesObject } from './draft/kubernetes-object.ts';
import { operatedStoresOf } from './draft/operators.ts';
import { type Workload, workloadRef, workloadsOf } from './draft/pods.ts';
import type { Application, DataStore, Plan } from './plan.ts';

/**
 * The plan with an in-cluster data store for every workload that writes to volume claims and that no data store of
 * its application names: what a plan forgets to declare is lost all the same. A store that names no workload speaks for
 * all claims of its application.
 */
export function withUndeclaredStores(plan: Plan, objects: readonly KubernetesObject[]): Plan {
  const keepers = [...workloadsOf(objects), ...operatedStoresOf(objects).workloads].filter(
    ({ claims }) => claims.length > 0,
  );
  const belongs = ({ namespaces, selector }: Application, { namespace, labels }: Workload): boolean =>
    namespaces.includes(namespace) && Object.entries(selector).every(([key, value]) => labels[key] === value);
  const applications = plan.applications.map((application) => {
    const undeclared = keepers
      .filter((workload) => belongs(application, workload) && !isDeclared(application.dataStores, workload))
      .map((workload): DataStore => ({ name: workload.name, kind: 'in-cluster', workload: workloadRef(workload) }));
    return undeclared.length === 0
      ? application
      : { ...application, dataStores: [...application.dataStores, ...undeclared] };
  });
  return { ...plan, applications };
}

function isDeclared(stores: readonly DataStore[], workload: Workload): boolean {
  const claims = workload.claims.map((claim) => `PersistentVolumeClaim/${claim}`);
  return stores.some((store) => {
    if (store.kind === 'aurora-global') return false;
    if (store.workload === undefined) return true;
    return store.workload === workloadRef(workload) || claims.includes(store.workload);
  });
}
