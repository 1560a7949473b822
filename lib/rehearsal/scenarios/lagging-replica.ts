import type { Scenario } from './scenario.ts';
import { withDatabases } from './with-databases.ts';

export const laggingReplica: Scenario = {
  name: 'lagging-replica',
  title: 'The copies are behind when the region dies',
  description:
    'The databases stop replicating half a minute before the active region dies. More would be lost than the budget allows, so a human reads how much, and agrees.',
  expected: 'recovered',
  pages: true,
  durationSeconds: 3600,
  faults: [
    { kind: 'replication-stops', atSeconds: -30 },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
  humans: [
    { name: 'alice', action: 'approve', afterSeconds: 45 },
    { name: 'bob', action: 'approve', afterSeconds: 60 },
  ],
  amend: (plan) => withDatabases(plan, 'lagging-replica', (store) => ({ ...store, lossBudgetSeconds: 10 })),
  amendment: 'dataStores[].lossBudget: 10s',
};
