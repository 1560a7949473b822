import type { Scenario } from './scenario.ts';

/** Shorter than the confirmation and than the lease: every light renews it. */
const darkSeconds = 45;
const everySeconds = 100;

export const flapping: Scenario = {
  name: 'flapping',
  title: 'The active region comes and goes',
  description:
    'The active region is dark for 45 s out of every 100, eight times. It never stays dark for as long as the plan wants it confirmed, and it keeps its lease: no failover, one incident, and a human is paged who decides.',
  expected: 'held',
  pages: true,
  durationSeconds: 1200,
  faults: Array.from({ length: 8 }, (_, turn) => ({
    kind: 'region-dark',
    atSeconds: turn * everySeconds,
    region: 'active',
    forSeconds: darkSeconds,
  })),
};
