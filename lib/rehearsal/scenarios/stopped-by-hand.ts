import type { Scenario } from './scenario.ts';

export const stoppedByHand: Scenario = {
  name: 'stopped-by-hand',
  title: 'Somebody stops the failover',
  description:
    'The active region dies, and an operator stops the execution of the failover when it is about to claim. No state of it can close the incident any more: it is closed from outside, the lock is free, a human is paged.',
  expected: 'held',
  pages: true,
  durationSeconds: 1800,
  faults: [
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
    { kind: 'failover-stopped', atSeconds: 0, state: 'ClaimAuthority' },
  ],
};
