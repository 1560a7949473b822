import type { Scenario } from './scenario.ts';

export const grayRegion: Scenario = {
  name: 'gray-region',
  title: 'Slow, and 30 % errors',
  description:
    'The active region answers 2.4 s late and fails 30 % of its clients for ten minutes. Route 53’s checkers call it unhealthy, the probes and the plan’s thresholds don’t: no quorum, a human is paged who decides.',
  expected: 'held',
  pages: true,
  durationSeconds: 1200,
  faults: [
    { kind: 'degraded', atSeconds: 0, region: 'active', errorPercent: 30, extraLatencyMs: 2450, forSeconds: 600 },
  ],
};
