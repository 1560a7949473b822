import { formatDuration } from '../duration.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding, PlanPath } from '../mistake.ts';
import { byRegionFindings } from './regions.ts';

type LooseStore = LoosePlan['applications'][number]['dataStores'][number];

interface Placed {
  readonly path: PlanPath;
  readonly store: LooseStore;
  readonly rpo: number | undefined;
}

/** Stores that Lifeboat promotes: a cluster in both regions, each in one global cluster, a budget within the RPO. */
export function dataStoreFindings(plan: LoosePlan): Finding[] {
  const stores = plan.applications.flatMap(({ dataStores, rpo }, index) =>
    dataStores
      .map((store, position): Placed => ({ path: ['applications', index, 'dataStores', position], store, rpo }))
      .filter(({ store }) => store.kind === 'aurora-global'),
  );
  return [
    ...stores.flatMap(({ path, store }) =>
      store.clusters ? byRegionFindings(plan, [...path, 'clusters'], store.clusters, 'the DB cluster') : [],
    ),
    ...stores.flatMap(budget),
    ...stores.flatMap((placed, index) => contradiction(placed, stores.slice(0, index))),
  ];
}

function budget({ path, store: { lossBudget }, rpo }: Placed): Finding[] {
  if (lossBudget === undefined || rpo === undefined || lossBudget <= rpo) return [];
  return [
    {
      path: [...path, 'lossBudget'],
      message: `a loss budget of ${formatDuration(lossBudget)} allows more loss than the RPO of ${formatDuration(rpo)}`,
      remedy: `at most ${formatDuration(rpo)}, or leave it out`,
    },
  ];
}

/** Applications may share a global database; then all must say the same of it, and a DB cluster is in one only. */
function contradiction({ path, store }: Placed, earlier: readonly Placed[]): Finding[] {
  const { globalCluster, clusters = {} } = store;
  if (globalCluster === undefined) return [];
  return Object.entries(clusters).flatMap(([region, cluster]): Finding[] => {
    if (typeof cluster !== 'string') return [];
    const at = [...path, 'clusters', region];
    for (const { store: other } of earlier) {
      const theirs = other.clusters?.[region];
      if (other.globalCluster === globalCluster && theirs !== undefined && theirs !== cluster) {
        const message = `global cluster ${globalCluster} has ${String(theirs)} in ${region} elsewhere in this plan, here ${cluster}`;
        return [{ path: at, message, remedy: 'a global cluster has one DB cluster a region: name the same one' }];
      }
      if (other.globalCluster !== undefined && other.globalCluster !== globalCluster && theirs === cluster) {
        const message = `DB cluster ${cluster} of ${region} is in global cluster ${other.globalCluster} already`;
        return [{ path: at, message, remedy: 'a DB cluster belongs to one global cluster: name another' }];
      }
    }
    return [];
  });
}
