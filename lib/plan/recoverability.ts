import type { Application, DataStore, DeclaredDataStore, Plan } from './plan.ts';
import { waves } from './waves.ts';

/** An application that could not be recovered if its region died today. */
export interface Unrecoverable {
  readonly application: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * What of the plan can't be met today, in the plan's order: a pattern that needs what isn't built yet, a cluster that
 * can't be reached, a data store that nothing replicates, and every application that depends on such a one, however far
 * away.
 */
export function unrecoverable(plan: Pick<Plan, 'applications' | 'clusters'>): Unrecoverable[] {
  const found = new Map<string, Judged>();
  // Wave by wave, so that what an application depends on has been judged before it.
  for (const application of waves(plan).flat()) {
    const judged = fromItself(application, plan) ?? fromDependencies(application, found);
    if (judged) found.set(application.name, judged);
  }
  return plan.applications.flatMap(({ name }) => {
    const judged = found.get(name);
    return judged ? [{ application: name, reason: judged.reason, remedy: judged.remedy }] : [];
  });
}

interface Judged extends Unrecoverable {
  readonly roots: readonly string[];
}

function fromItself(application: Application, plan: Pick<Plan, 'clusters'>): Judged | undefined {
  const reasons = [...selfManaged(application, plan), ...ownReasons(application)];
  if (reasons.length === 0) return undefined;
  return {
    application: application.name,
    reason: reasons.map(({ reason }) => reason).join('; '),
    remedy: reasons.map(({ remedy }) => remedy).join('; '),
    roots: [application.name],
  };
}

interface Reason {
  readonly reason: string;
  readonly remedy: string;
}

function ownReasons(application: Application): Reason[] {
  const reasons = [...inCluster(application.dataStores), ...external(application.dataStores)];
  if (application.pattern === 'backup-restore') {
    reasons.push({
      reason: 'pattern backup-restore needs a restore, which is not available yet',
      remedy: 'choose pilot-light or warm-standby and replicate its data outside the cluster',
    });
  }
  return reasons;
}

function selfManaged(application: Application, { clusters }: Pick<Plan, 'clusters'>): Reason[] {
  const cluster = clusters.find(({ name }) => name === application.cluster);
  if (cluster?.kind !== 'self-managed') return [];
  return [
    {
      reason: `cluster ${cluster.name} is self-managed, and access to such clusters is not available yet`,
      remedy: 'run it on an EKS cluster, or scale it in the standby region by hand',
    },
  ];
}

function inCluster(all: readonly DataStore[]): Reason[] {
  const stores = unreplicated(all).filter(({ kind }) => kind === 'in-cluster');
  if (stores.length === 0) return [];
  const names = stores.map(({ name }) => name).join(', ');
  return [
    {
      reason: `nothing replicates what it keeps inside the cluster: ${stores.map(storeText).join(', ')}`,
      remedy: `move ${names} out of the cluster to what replicates across regions and declare it kind: aurora-global, or kind: external with its replication`,
    },
  ];
}

function external(all: readonly DataStore[]): Reason[] {
  const stores = unreplicated(all).filter(({ kind }) => kind === 'external');
  if (stores.length === 0) return [];
  return [
    {
      reason: `nothing replicates its external data to the standby region: ${stores.map(storeText).join(', ')}`,
      remedy: `replicate ${stores.map(({ name }) => name).join(', ')} across regions and declare the replication`,
    },
  ];
}

/** An Aurora global database replicates by its nature and is promoted by the failover. */
function unreplicated(all: readonly DataStore[]): DeclaredDataStore[] {
  return all.filter((store): store is DeclaredDataStore => store.kind !== 'aurora-global' && !store.replication);
}

function storeText({ name, workload }: DeclaredDataStore): string {
  return workload ? `${name} (${workload})` : name;
}

/** Reason and remedy of an application that is lost only because of others; `roots` are where the cause lies. */
function fromDependencies(application: Application, found: ReadonlyMap<string, Judged>): Judged | undefined {
  const lost = application.dependsOn.flatMap((name) => found.get(name) ?? []);
  if (lost.length === 0) return undefined;
  const roots = [...new Set(lost.flatMap((judged) => judged.roots))];
  return {
    application: application.name,
    reason: `depends on ${lost.map((judged) => judged.application).join(', ')}, which can't be recovered`,
    remedy: `make ${roots.join(', ')} recoverable first`,
    roots,
  };
}
