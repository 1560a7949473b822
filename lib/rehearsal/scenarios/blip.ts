import type { Scenario } from './scenario.ts';

/** GitHub lost a region for 43 s on 2018-10-21, failed over, and spent a day on writes that both sides had taken. */
export const blip: Scenario = {
  name: 'blip',
  title: '43 seconds of darkness',
  description: 'The active region is dark for 43 seconds and comes back. Shorter than the confirmation: nothing moves.',
  expected: 'held',
  pages: false,
  durationSeconds: 600,
  faults: [{ kind: 'region-dark', atSeconds: 0, region: 'active', forSeconds: 43 }],
};
