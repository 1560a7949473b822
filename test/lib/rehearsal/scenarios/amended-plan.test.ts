import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { amendedPlan } from '../../../../lib/rehearsal/scenarios/amended-plan.ts';
import { regionLoss } from '../../../../lib/rehearsal/scenarios/region-loss.ts';
import type { Scenario } from '../../../../lib/rehearsal/scenarios/scenario.ts';
import { smallPlan } from '../small-plan.ts';

const patient: Scenario = {
  ...regionLoss,
  name: 'patient',
  amend: (plan) => ({ ...plan, detection: { ...plan.detection, confirmationSeconds: 300 } }),
  amendment: 'detection.confirmation: 5m',
};

describe('amendedPlan', () => {
  test('is the plan itself where the scenario changes nothing', () => {
    const plan = smallPlan();
    expect(amendedPlan(regionLoss, plan, 'cdk.out')).toBe(plan);
  });

  test('is what the scenario makes of it, and leaves the plan alone', () => {
    const plan = smallPlan();
    const before = structuredClone(plan);
    expect(amendedPlan(patient, plan, undefined).detection.confirmationSeconds).toBe(300);
    expect(plan).toEqual(before);
  });

  test('refuses templates that were made of the plan as it was', () => {
    expect(() => amendedPlan(patient, smallPlan(), 'cdk.out')).toThrow(InputError);
    expect(() => amendedPlan(patient, smallPlan(), 'cdk.out')).toThrow(
      'patient amends the plan (detection.confirmation: 5m), and the templates of cdk.out are made already',
    );
  });
});
