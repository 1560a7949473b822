import type { AuthorityReader } from '../../lib/authority/authority.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import type { PrewarmRecord, PrewarmStore } from '../../lib/cluster/prewarm-store.ts';
import { removePrewarmObjects, restoreNodes, restorePods } from '../../lib/cluster/prewarm-take-back.ts';
import type { IncidentStore } from '../../lib/detection/incident-store.ts';
import { type Journal, noExecution } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { firstMessage } from '../shared/thrown.ts';
import type { contract } from './contract.ts';

export interface TakeBackPrewarmDependencies {
  readonly plan: Plan;
  readonly runtime: Pick<Runtime, 'region' | 'nowMs'>;
  readonly authority: AuthorityReader;
  readonly lock: Pick<IncidentLock, 'holder'>;
  /** Incidents of a region. */
  incidents(region: string): Pick<IncidentStore, 'current'>;
  readonly nodeGroups: NodeGroups;
  readonly clusters: ClusterAccessor;
  readonly store: Pick<PrewarmStore, 'list' | 'end'>;
  readonly journal: Pick<Journal, 'append'>;
}

type Output = OutputOf<typeof contract>;
type Dependencies = TakeBackPrewarmDependencies & Invocation;

export async function takeBackPrewarm(_input: InputOf<typeof contract>, dependencies: Dependencies): Promise<Output> {
  const { runtime, authority, store, signal } = dependencies;
  const records = await store.list(signal);
  if (records.length === 0) return { outcome: 'nothing-to-do', reason: 'nothing is pre-warmed', failures: [] };
  const obstacle = await whyNotNow(dependencies);
  if (obstacle !== undefined) return { outcome: 'not-now', reason: obstacle, failures: [] };
  const record = await authority.read(signal);
  const isActive = record === undefined || record.activeRegion === runtime.region;
  const failures: string[] = [];
  // The youngest first: what an older one found before is how it was.
  for (const one of records.toReversed()) failures.push(...(await takeBack(one, isActive, dependencies)));
  const reason = isActive ? `${runtime.region} is the active region` : 'no incident is open';
  return { outcome: isActive ? 'kept' : 'taken-back', reason, failures };
}

async function whyNotNow(dependencies: Dependencies): Promise<string | undefined> {
  const { plan, runtime, lock, incidents, signal } = dependencies;
  const incident = await incidents(peerRegion(plan, runtime.region)).current(signal);
  if (incident !== undefined && incident.phase !== 'closed') return `incident ${incident.incidentId} is open`;
  const holder = await lock.holder(signal);
  if (holder !== undefined && holder.expiresAtMs >= runtime.nowMs()) return `${holder.executionArn} holds the lock`;
  return undefined;
}

/** The record goes only when all of it is done, so that the next beat tries again what failed. */
async function takeBack(record: PrewarmRecord, isActive: boolean, dependencies: Dependencies): Promise<string[]> {
  const { plan, nodeGroups, clusters, store, journal, signal } = dependencies;
  const { incidentId } = record;
  const reached = plan.clusters.filter(({ name }) => record.clusters.includes(name));
  const inClusters = reached.map(async (cluster) => {
    const api = await clusters(cluster);
    await removePrewarmObjects(api);
    const early = record.workloads.filter((workload) => workload.cluster === cluster.name);
    if (!isActive) await restorePods(api, early);
  });
  const inGroups = isActive ? [] : record.nodeGroups.map((target) => restoreNodes(target, incidentId, nodeGroups));
  const results = await Promise.allSettled([...inClusters, ...inGroups]);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [firstMessage(result.reason)] : []));
  if (failures.length > 0) return failures;
  const detail = {
    nodeGroups: isActive
      ? []
      : record.nodeGroups.map(({ cluster, nodeGroup, fromSize }) => ({ cluster, nodeGroup, toSize: fromSize })),
    kept: isActive,
  };
  await journal.append({ incidentId, kind: 'prewarm-taken-back', executionArn: noExecution, detail }, signal);
  await store.end(incidentId, signal);
  return [];
}
