import type { Scenario } from './scenario.ts';

export const flapping: Scenario = {
  name: 'flapping',
  title: 'Regions that come and go',
  description:
    'The active region goes dark for 200 s and the standby takes over; then the old one comes and goes, and the new one goes dark, too, within the block period. There is one failover and no second one: a human is paged who decides. The old region serves nobody when it comes back.',
  expected: 'recovered',
  pages: true,
  durationSeconds: 2400,
  faults: [
    { kind: 'region-dark', atSeconds: 0, region: 'active', forSeconds: 200 },
    { kind: 'region-dark', atSeconds: 320, region: 'active', forSeconds: 60 },
    { kind: 'region-dark', atSeconds: 500, region: 'active', forSeconds: 120 },
    { kind: 'region-dark', atSeconds: 1000, region: 'standby', forSeconds: 200 },
  ],
};
