import type { AuthorityReader } from '../../lib/authority/authority.ts';
import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import type { ClusterAccessor } from '../../lib/cluster/eks-access.ts';
import type { NodeGroups } from '../../lib/cluster/node-groups.ts';
import { type NodeTarget, nodeTargets } from '../../lib/cluster/node-targets.ts';
import type { PrewarmRecord, PrewarmStore } from '../../lib/cluster/prewarm-store.ts';
import { scaleNodes } from '../../lib/cluster/scale-nodes.ts';
import type { IncidentStore } from '../../lib/detection/incident-store.ts';
import { type Journal, noExecution } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { firstMessage } from '../shared/thrown.ts';
import { clusterNeeds, startsEarly } from './cluster-needs.ts';
import type { contract } from './contract.ts';
import { prewarmCluster } from './prewarm-cluster.ts';

export interface PrewarmStandbyDependencies {
  readonly plan: Plan;
  readonly runtime: Pick<Runtime, 'region' | 'nowMs'>;
  readonly authority: AuthorityReader;
  /** Incidents of a region. */
  incidents(region: string): Pick<IncidentStore, 'current'>;
  readonly captures: CaptureStore;
  readonly nodeGroups: NodeGroups;
  readonly clusters: ClusterAccessor;
  readonly store: Pick<PrewarmStore, 'begin'>;
  readonly journal: Pick<Journal, 'append'>;
}

type Output = OutputOf<typeof contract>;
type Dependencies = PrewarmStandbyDependencies & Invocation;

const nothing = { nodesAsked: 0, images: 0, placeholders: 0, podsStarted: 0, failures: [] };

export async function prewarmStandby(input: InputOf<typeof contract>, dependencies: Dependencies): Promise<Output> {
  const { runtime, authority, signal } = dependencies;
  const { incidentId, region } = input.detail;
  const [record, incident] = await Promise.all([
    authority.read(signal),
    dependencies.incidents(region).current(signal),
  ]);
  if (record?.activeRegion !== region || region === runtime.region) return { outcome: 'not-mine', ...nothing };
  if (incident?.incidentId !== incidentId || incident.phase === 'closed') return { outcome: 'over', ...nothing };
  return prewarm(incidentId, dependencies);
}

/** Nodes first, because they take longest; the record before them, because it says how it was. */
async function prewarm(incidentId: string, dependencies: Dependencies): Promise<Output> {
  const { plan, runtime, nodeGroups, store, signal } = dependencies;
  const needing = clusterNeeds({ ...dependencies, region: runtime.region });
  const [asked, early] = await Promise.all([
    nodeTargets({ ...dependencies, region: runtime.region }),
    // Only what starts early is in the record; where nothing does, nodes don't wait for what clusters say.
    plan.applications.some(startsEarly) ? needing : [],
  ]);
  const targets = fulfilled(asked);
  const now: PrewarmRecord = {
    incidentId,
    startedAt: new Date(runtime.nowMs()).toISOString(),
    nodeGroups: targets.filter(({ fromSize, toSize }) => toSize > fromSize),
    clusters: plan.clusters.filter(({ kind }) => kind === 'eks').map(({ name }) => name),
    workloads: fulfilled(early).flatMap((one) => one.early),
  };
  await store.begin(now, signal);
  const grown = await Promise.allSettled(now.nodeGroups.map((target) => scaleNodes(target, incidentId, nodeGroups)));
  const needs = await needing;
  const made = await Promise.allSettled(fulfilled(needs).map((one) => prewarmCluster(one)));
  const failures = [...asked, ...needs, ...grown, ...made].flatMap((result) =>
    result.status === 'rejected' ? [firstMessage(result.reason)] : [],
  );
  const output = { outcome: 'prewarmed' as const, ...sumUp(now.nodeGroups, made), failures };
  await record(incidentId, output, now.nodeGroups, dependencies);
  return output;
}

function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function sumUp(
  nodeGroups: readonly NodeTarget[],
  made: readonly PromiseSettledResult<{ images: number; placeholders: number; podsStarted: number }>[],
) {
  const done = fulfilled(made);
  const sum = (member: 'images' | 'placeholders' | 'podsStarted') =>
    done.reduce((total, one) => total + one[member], 0);
  return {
    nodesAsked: nodeGroups.reduce((total, { fromSize, toSize }) => total + toSize - fromSize, 0),
    images: sum('images'),
    placeholders: sum('placeholders'),
    podsStarted: sum('podsStarted'),
  };
}

async function record(
  incidentId: string,
  output: Output,
  nodeGroups: readonly NodeTarget[],
  { journal, signal }: Dependencies,
): Promise<void> {
  const { images, placeholders, podsStarted, failures } = output;
  await journal.append(
    {
      incidentId,
      kind: 'standby-prewarmed',
      executionArn: noExecution,
      detail: {
        nodeGroups: nodeGroups.map(({ cluster, nodeGroup, fromSize, toSize }) => ({
          cluster,
          nodeGroup,
          fromSize,
          toSize,
        })),
        images,
        placeholders,
        podsStarted,
        ...(failures.length > 0 ? { failures } : {}),
      },
    },
    signal,
  );
}
