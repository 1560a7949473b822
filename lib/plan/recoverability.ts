import type { Application, DataStore, Plan } from './plan.ts';
import { waves } from './waves.ts';

/** An application that could not be recovered if its region died today. */
export interface Unrecoverable {
  readonly application: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * What of the plan can't be met today, in the plan's order: a pattern or a traffic mode that needs what isn't built
 * yet, a data store that nothing replicates, and every application that depends on such a one, however far away.
 */
export function unrecoverable(plan: Pick<Plan, 'applications'>): readonly Unrecoverable[] {
  const found = new Map<string, Unrecoverable>();
  // Wave by wave, so that what an application depends on has been judged before it.
  for (const application of waves(plan).flat()) {
    const own = ownReasons(application);
    const inherited = own.length > 0 ? undefined : fromDependencies(application, found);
    const reasons = inherited ? [inherited] : own;
    if (reasons.length === 0) continue;
    found.set(application.name, {
      application: application.name,
      reason: reasons.map(({ reason }) => reason).join('; '),
      remedy: [...new Set(reasons.map(({ remedy }) => remedy))].join('; '),
    });
  }
  return plan.applications.flatMap(({ name }) => found.get(name) ?? []);
}

interface Reason {
  readonly reason: string;
  readonly remedy: string;
}

function ownReasons(application: Application): Reason[] {
  const reasons = application.dataStores.flatMap(unreplicated);
  if (application.pattern === 'backup-restore') {
    reasons.push({
      reason: 'pattern backup-restore needs a restore, which is not available yet',
      remedy: 'choose pilot-light or warm-standby and replicate its data outside the cluster',
    });
  }
  for (const { name, traffic } of application.dns) {
    if (traffic === 'health-state') continue;
    reasons.push({
      reason: `traffic mode ${traffic} of ${name} is not available yet`,
      remedy: 'set traffic: health-state',
    });
  }
  return reasons;
}

function unreplicated(store: DataStore): Reason[] {
  if (store.replication) return [];
  const what = store.workload ? `${store.name} (${store.workload})` : store.name;
  if (store.kind === 'in-cluster') {
    return [
      {
        reason: `nothing replicates the in-cluster data store ${what}, so its data dies with the region`,
        remedy: `move ${store.name} to a store that replicates across regions and declare it kind: external with its replication`,
      },
    ];
  }
  return [
    {
      reason: `nothing replicates the external data store ${what} to the standby region`,
      remedy: `replicate ${store.name} across regions and declare its replication`,
    },
  ];
}

function fromDependencies(application: Application, found: ReadonlyMap<string, Unrecoverable>): Reason | undefined {
  const lost = application.dependsOn.flatMap((name) => found.get(name) ?? []);
  if (lost.length === 0) return undefined;
  const names = lost.map(({ application: name }) => name);
  return {
    reason: `depends on ${names.join(', ')}, which can't be recovered`,
    remedy: `make ${names.join(', ')} recoverable: ${[...new Set(lost.map(({ remedy }) => remedy))].join('; ')}`,
  };
}
