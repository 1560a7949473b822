import type { Scenario } from './scenario.ts';

/**
 * On 20 October 2025 the first word on the dashboard came 22 minutes after the trouble in us-east-1 had begun; here it comes
 * early enough to be heard at all.
 */
export const awsHealth: Scenario = {
  name: 'aws-health',
  title: 'AWS says so too',
  description:
    'AWS Health reports trouble of a service in the active region, which starts nothing. Then the region dies; a minute later AWS Health reports that as well, in two copies. The record says it, the recovery is the same.',
  expected: 'recovered',
  pages: false,
  durationSeconds: 3600,
  faults: [
    { kind: 'health-says', atSeconds: -170, region: 'active', service: 'EC2', status: 'open' },
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
    { kind: 'health-says', atSeconds: 60, region: 'active', service: 'MULTIPLE_SERVICES', status: 'open' },
    { kind: 'health-says', atSeconds: 90, region: 'active', service: 'EC2', status: 'closed' },
  ],
};
