import { describe, expect, test } from '@jest/globals';
import { healthForwardings, hearsAwsHealth } from '../../../lib/plan/aws-health.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { samplePlan } from '../../lambdas/shared/sample-plan.ts';

function plan(active: string, standby: string, awsHealth?: boolean): Plan {
  const { detection, regions, ...rest } = samplePlan();
  const heard = awsHealth === undefined ? detection : { ...detection, awsHealth };
  return { ...rest, regions: { ...regions, active, standby }, detection: heard };
}

describe('what AWS Health says of a region', () => {
  test('comes through us-west-2, each region hears of the other one and nobody of itself', () => {
    expect(healthForwardings(plan('eu-central-1', 'eu-west-1'))).toEqual([
      { about: 'eu-central-1', from: 'us-west-2', to: 'eu-west-1' },
      { about: 'eu-west-1', from: 'us-west-2', to: 'eu-central-1' },
    ]);
  });

  test.each([
    ['us-west-2', 'us-east-2'],
    ['us-east-2', 'us-west-2'],
  ])('comes through us-east-1 where it is about us-west-2; what us-west-2 is told it has by itself: %s, %s', (a, b) => {
    expect(healthForwardings(plan(a, b))).toEqual([{ about: 'us-west-2', from: 'us-east-1', to: 'us-east-2' }]);
  });

  test('needs no forwarding between us-west-2 and us-east-1: each is the other’s backup', () => {
    expect(healthForwardings(plan('us-west-2', 'us-east-1'))).toEqual([]);
    expect(hearsAwsHealth(plan('us-west-2', 'us-east-1'))).toBe(true);
  });

  test('is never forwarded from two regions, whichever two the estate has', () => {
    const regions = ['us-west-2', 'us-east-1', 'us-east-2', 'eu-west-1', 'ap-south-1'];
    for (const a of regions) {
      for (const b of regions.filter((one) => one !== a)) {
        expect(new Set(healthForwardings(plan(a, b)).map(({ from }) => from)).size).toBeLessThan(2);
      }
    }
  });

  test('is not heard where the plan doesn’t want it, or no event gets there', () => {
    expect(healthForwardings(plan('eu-central-1', 'eu-west-1', false))).toEqual([]);
    expect(hearsAwsHealth(plan('cn-north-1', 'cn-northwest-1'))).toBe(false);
    expect(hearsAwsHealth(plan('us-gov-west-1', 'us-gov-east-1'))).toBe(false);
    expect(healthForwardings(plan('us-gov-west-1', 'us-gov-east-1'))).toEqual([]);
  });
});
