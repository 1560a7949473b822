import type { Plan } from '../../plan/plan.ts';
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
  amend: (plan) => withoutAcceptedFences(askingPlan(plan)),
  amendment: `${askingAmendment}; dataStores: acceptUnprovedFence false`,
};

/** What lets the data be promoted is then the people's answer and nothing else. */
function withoutAcceptedFences(plan: Plan): Plan {
  const applications = plan.applications.map((application) => ({
    ...application,
    dataStores: application.dataStores.map((store) =>
      store.kind === 'aurora-global' ? { ...store, acceptUnprovedFence: false } : store,
    ),
  }));
  return { ...plan, applications };
}
