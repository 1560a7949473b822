import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

const input = {
  executionArn: 'arn:execution',
  incidentId: 'incident',
  wave: { number: 1, applications: ['web'] },
  startedAt: '2026-03-01T12:00:00.000Z',
};

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/check-wave/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of check-wave .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('asks the API server of its own region', async () => {
  deployEnvironment(world.plan);
  await world.capture('web', 1);
  const { handler } = await import('../../../lambdas/check-wave/handler.ts');
  expect(await handler(input, lambdaContext())).toMatchObject({
    state: 'ready',
    applications: [{ name: 'web', readyPods: 1, desiredPods: 1 }],
  });
  expect(await world.journal.read('incident')).toMatchObject([{ kind: 'wave-ready' }]);
});
