import type { Scenario } from './scenario.ts';

export const regionLoss: Scenario = {
  name: 'region-loss',
  title: 'The active region dies',
  description: 'Power and network of the active region are gone for good. The standby region takes over by itself.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 3600,
  faults: [{ kind: 'region-dark', atSeconds: 0, region: 'active' }],
};
