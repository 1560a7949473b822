import type { Scenario } from './scenario.ts';

/** On 2025-10-19 and 20 us-east-1's own outage took the control planes with it that all regions share. */
export const controlPlaneDown: Scenario = {
  name: 'control-plane-down',
  title: 'The shared control planes are down, too',
  description:
    'The active region dies while Route 53 and IAM, whose control planes are in us-east-1, take no change. Names that follow a health state need none.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 3600,
  faults: [
    { kind: 'control-planes-down', atSeconds: 0 },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
};
