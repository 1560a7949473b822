import { askingAmendment, askingPlan } from './asking-plan.ts';
import type { Scenario } from './scenario.ts';

export const approvalExpired: Scenario = {
  name: 'approval-expired',
  title: 'One of two people agrees, nobody else answers',
  description:
    'The active region dies and the plan asks for four eyes. One person approves; a reminder and an escalation stay unanswered: the failover is held, nothing moves.',
  expected: 'held',
  pages: true,
  durationSeconds: 3600,
  faults: [{ kind: 'region-dark', atSeconds: 0, region: 'active' }],
  humans: [{ name: 'alice', action: 'approve', afterSeconds: 60 }],
  amend: askingPlan,
  amendment: askingAmendment,
};
