import type { Scenario } from './scenario.ts';

export const cutPath: Scenario = {
  name: 'cut-path',
  title: 'The two regions no longer hear each other',
  description:
    'The path between the active and the standby region is cut; both are well. Probe and heartbeats of the standby fall silent together and count as one vantage: no quorum, a human is paged.',
  expected: 'held',
  pages: true,
  durationSeconds: 900,
  faults: [{ kind: 'path-cut', atSeconds: 0, from: 'standby', to: 'active' }],
};
