import { describe, expect, test } from '@jest/globals';
import { approvalNeeded } from '../../../lambdas/assess-estate/approval-needed.ts';
import type { AssessedStore } from '../../../lib/evidence/journal-details.ts';
import { samplePlan } from '../shared/sample-plan.ts';

const store: AssessedStore = {
  application: 'orders',
  store: 'orders-db',
  kind: 'aurora-global',
  lagSeconds: 2,
  lossBudgetSeconds: 60,
  fence: 'unproved',
  unprovedAccepted: true,
};
const automatic = samplePlan();
const asking = samplePlan({ approval: { ...automatic.approval, mode: 'approval', approvers: 2 } });

describe('approvalNeeded', () => {
  test('asks nobody where plan and data allow it', () => {
    expect(approvalNeeded(automatic, [])).toMatchObject({ required: false, reasons: [] });
    expect(approvalNeeded(automatic, [store, { ...store, fence: 'proved', unprovedAccepted: false }])).toMatchObject({
      required: false,
    });
  });

  test('asks as the plan has it', () => {
    expect(approvalNeeded(asking, [])).toEqual({
      required: true,
      reasons: ['The plan asks for approval of every failover.'],
      approversNeeded: 2,
      remindAfterSeconds: 300,
      escalateAfterSeconds: 600,
      expireAfterSeconds: 1800,
    });
  });

  test.each<[string, Partial<AssessedStore>, string]>([
    ['a lag over the budget', { lagSeconds: 61 }, 'orders-db of orders would lose 61 s of data; its budget is 60 s.'],
    ['an unknown lag', { lagSeconds: null }, 'How much data orders-db of orders would lose is unknown.'],
    [
      'an unproved fence that nobody accepted',
      { unprovedAccepted: false },
      'Nothing proves that the old region can no longer write to orders-db of orders.',
    ],
  ])('asks for %s, also where the plan is automatic', (_what, changes, reason) => {
    expect(approvalNeeded(automatic, [store, { ...store, ...changes }])).toMatchObject({
      required: true,
      reasons: [reason],
    });
  });

  test('takes a lag that is the whole budget', () => {
    expect(approvalNeeded(automatic, [{ ...store, lagSeconds: 60 }]).required).toBe(false);
  });
});
