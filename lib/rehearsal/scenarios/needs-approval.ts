import { askingAmendment, askingPlan } from './asking-plan.ts';
import type { Scenario } from './scenario.ts';

export const needsApproval: Scenario = {
  name: 'needs-approval',
  title: 'Two people must agree',
  description:
    'The active region dies and the plan asks for four eyes. Nodes come up while two people read the facts and approve.',
  expected: 'recovered',
  pages: true,
  durationSeconds: 3600,
  faults: [{ kind: 'region-dark', atSeconds: 0, region: 'active' }],
  humans: [
    { name: 'alice', action: 'approve', afterSeconds: 20 },
    { name: 'bob', action: 'approve', afterSeconds: 35 },
  ],
  amend: askingPlan,
  amendment: askingAmendment,
};
