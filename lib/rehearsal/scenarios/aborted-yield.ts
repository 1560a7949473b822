import type { Scenario } from './scenario.ts';

export const abortedYield: Scenario = {
  name: 'aborted-yield',
  title: 'Keep your lease after all',
  description:
    'The active region is up and of no use, and is asked for its lease. Before it has answered somebody ends the failover: the request is taken back, the region goes on renewing its lease and serves whom it can.',
  expected: 'held',
  pages: true,
  durationSeconds: 2400,
  faults: [{ kind: 'degraded', atSeconds: 0, region: 'active', errorPercent: 60, extraLatencyMs: 2450 }],
  // While it asks and waits the failover is in this state every second.
  humans: [{ name: 'alice', action: 'abort', inState: 'WaitForLease', afterSeconds: 2 }],
};
