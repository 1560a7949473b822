import type { Scenario } from './scenario.ts';

export const crowdedApi: Scenario = {
  name: 'crowded-api',
  title: 'Everybody fails over at once',
  description:
    'The active region dies, and what else runs in the standby clusters keeps their API servers so busy that they refuse most requests for a second (429). The failover takes longer and succeeds.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 3600,
  faults: [
    { kind: 'api-servers-crowded', atSeconds: 0, region: 'standby', seats: 2, queuedPerUser: 2 },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
  ],
};
