import type { Scenario } from './scenario.ts';

export const noCapacity: Scenario = {
  name: 'no-capacity',
  title: 'The standby region has no machines left',
  description:
    'The active region dies when EC2 can start nothing in the standby one. The pods have no place: no traffic moves, a human is paged.',
  expected: 'held',
  pages: true,
  durationSeconds: 3600,
  faults: [
    { kind: 'no-capacity', atSeconds: 0, region: 'standby' },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
};
