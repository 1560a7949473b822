import type { AuroraGlobalStore, Plan } from '../../plan/plan.ts';
import type { RdsService } from '../aws/rds/rds-service.ts';
import type { PromotedDatabase } from './data-store.ts';

/** The global database behind a store; stores that share one write to the same. */
export function databaseOf(store: AuroraGlobalStore, { regions }: Plan, rds: RdsService): PromotedDatabase {
  const identifierIn = (region: string) => store.clusters[region] ?? '';
  const database = rds.defineGlobalCluster({
    identifier: store.globalCluster,
    clusters: [
      { region: regions.active, identifier: identifierIn(regions.active) },
      { region: regions.standby, identifier: identifierIn(regions.standby) },
    ],
  });
  return {
    takesWrites: (region) => database.takesWrites(region),
    reachedUntilMs: (atMs) => database.replication.reachedUntilMs(atMs),
  };
}
