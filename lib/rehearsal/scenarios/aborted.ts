import { askingAmendment, askingPlan } from './asking-plan.ts';
import type { Scenario } from './scenario.ts';

export const aborted: Scenario = {
  name: 'aborted',
  title: 'Somebody who knows better',
  description:
    'The active region is dark for four minutes, and somebody who knows that it comes back ends the failover while it waits for approval. Nothing moves, the nodes that came up meanwhile go again.',
  expected: 'held',
  pages: true,
  durationSeconds: 2400,
  faults: [{ kind: 'region-dark', atSeconds: 0, region: 'active', forSeconds: 240 }],
  humans: [{ name: 'alice', action: 'abort', afterSeconds: 30 }],
  amend: askingPlan,
  amendment: askingAmendment,
};
