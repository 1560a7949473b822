import type { Scenario } from './scenario.ts';

export const twice: Scenario = {
  name: 'twice',
  title: 'Everything happens twice',
  description:
    'The active region dies, every event is delivered twice and an operator starts the same failover by hand. One of them takes effect.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 3600,
  faults: [
    { kind: 'events-twice', atSeconds: 0 },
    { kind: 'operator-starts-too', atSeconds: 0 },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
};
