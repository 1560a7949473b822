import type { Scenario } from './scenario.ts';

export const oneSignal: Scenario = {
  name: 'one-signal',
  title: 'Only the witness sees trouble',
  description:
    'The witness region can no longer reach the active one, everybody else can. No quorum: a human is paged.',
  expected: 'held',
  pages: true,
  durationSeconds: 900,
  faults: [{ kind: 'path-cut', atSeconds: 0, from: 'witness', to: 'active' }],
};
