import type { Scenario } from './scenario.ts';
import { withDatabases } from './with-databases.ts';

export const failedPromotion: Scenario = {
  name: 'failed-promotion',
  title: 'A database can not be promoted',
  description:
    'The active region dies, and Aurora gives the promotion of one database up every time. It is tried three times; then no traffic moves and a human is told which databases take writes and which do not.',
  expected: 'held',
  pages: true,
  durationSeconds: 3600,
  faults: [
    { kind: 'promotion-fails', atSeconds: 0 },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
  // So that the failover gets as far as the promotion, whoever would have to agree to it.
  amend: (plan) => withDatabases(plan, 'failed-promotion', (store) => ({ ...store, acceptUnprovedFence: true })),
  amendment: 'dataStores[].acceptUnprovedFence: true',
};
