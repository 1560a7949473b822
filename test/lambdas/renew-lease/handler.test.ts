import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { FakeAws, lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, samplePlan, standby, witness } from '../shared/sample-plan.ts';

let aws: FakeAws;

beforeAll(() => {
  // This region is the plan's active one.
  deployEnvironment(samplePlan({ regions: { active: standby, standby: active, witness } }));
  aws = new FakeAws();
  // On the beat, so that the first slot is now.
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-03-01T12:00:00.000Z'));
});

afterAll(() => {
  jest.restoreAllMocks();
  aws[Symbol.dispose]();
});

test('renews in the authority table and beats in the other region’s CloudWatch', async () => {
  const { handler } = await import('../../../lambdas/renew-lease/handler.ts');
  // The second slot lies after the end of the invocation.
  await expect(handler({}, lambdaContext(800))).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
  expect(aws.tables.operations).toEqual(['GetItem', 'PutItem', 'UpdateItem', 'UpdateItem']);
  expect(aws.calls).toMatchObject([
    {
      operation: 'PutMetricData',
      region: active,
      input: {
        Namespace: 'Lifeboat',
        MetricData: [
          {
            MetricName: 'Heartbeat',
            StorageResolution: 1,
            Dimensions: [
              { Name: 'Estate', Value: 'shop' },
              { Name: 'Region', Value: standby },
            ],
          },
        ],
      },
    },
  ]);
});
