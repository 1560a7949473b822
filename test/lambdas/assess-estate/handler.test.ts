import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, standby } from '../shared/sample-plan.ts';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

const input = { executionArn: 'arn:execution', incidentId: 'incident', observedEpoch: 1 };

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/assess-estate/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of assess-estate .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('assesses by authority, captures and journal', async () => {
  deployEnvironment(world.plan);
  await world.authority.bootstrap({ region: active, nowMs: 0, leaseSeconds: 60 });
  await world.capture('platform');
  await world.capture('web', 1);
  const { handler } = await import('../../../lambdas/assess-estate/handler.ts');
  expect(await handler(input, lambdaContext())).toMatchObject({
    epoch: 1,
    fromRegion: active,
    toRegion: standby,
    waves: [
      { number: 0, applications: ['platform'] },
      { number: 1, applications: ['web'] },
    ],
  });
  expect(await world.journal.read('incident')).toMatchObject([{ kind: 'estate-assessed' }]);
});
