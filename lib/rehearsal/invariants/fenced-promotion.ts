import type { InvariantFactory } from './invariant.ts';

/**
 * Rule 5: a database is promoted at the price of data only if its old writer is fenced, a named human agreed, or the
 * plan accepts it by name. Asked of the databases themselves, when a promotion is accepted.
 */
export const fencedPromotion: InvariantFactory = (evidence, broken) => {
  let agreed = false;
  return {
    rule: 5,
    onCall(entry) {
      // Who starts a failover by hand has not been shown what it costs.
      if (entry.caller.startsWith('human:') && entry.operation !== 'StartExecution') agreed = true;
      if (entry.service !== 'rds' || entry.operation !== 'FailoverGlobalCluster' || entry.error !== undefined) return;
      const { input } = entry;
      if (typeof input !== 'object' || input === null) return;
      if (!('AllowDataLoss' in input) || input.AllowDataLoss !== true || !('GlobalClusterIdentifier' in input)) return;
      const identifier = String(input.GlobalClusterIdentifier);
      if (agreed || evidence.oldWriterFenced(identifier)) return;
      const stores = evidence.plan.applications.flatMap(({ dataStores }) =>
        dataStores.filter((store) => store.kind === 'aurora-global' && store.globalCluster === identifier),
      );
      const accepted = stores.every((store) => store.kind === 'aurora-global' && store.acceptUnprovedFence);
      if (!accepted) broken(`${identifier} was promoted with an unproved fence that nobody accepted`);
    },
  };
};
