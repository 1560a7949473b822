import type { Scenario } from './scenario.ts';

export const degradedRegion: Scenario = {
  name: 'degraded-region',
  title: 'A region that is up and of no use',
  description:
    'The active region answers 2.4 s late and fails 60 % of its clients, for good. Its clients and Route 53’s checkers agree that it is ill. It is alive and renews its lease, so it is asked to yield: it closes its ingress and gives the lease up.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 1800,
  faults: [{ kind: 'degraded', atSeconds: 0, region: 'active', errorPercent: 60, extraLatencyMs: 2450 }],
};
