import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { standby } from '../shared/sample-plan.ts';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

const input = {
  executionArn: 'arn:execution',
  incidentId: 'incident',
  epoch: 1,
  wave: { number: 1, applications: ['web'] },
};

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/scale-wave/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of scale-wave .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('scales by the API server of its own region', async () => {
  deployEnvironment(world.plan);
  await world.authority.bootstrap({ region: standby, nowMs: 0, leaseSeconds: 60 });
  await world.capture('web', 3);
  const { handler } = await import('../../../lambdas/scale-wave/handler.ts');
  const { applications } = await handler(input, lambdaContext());
  expect(applications).toEqual([{ name: 'web', workloads: 1, created: 0, scaled: 1, resumed: 0 }]);
  expect(world.server.seen.filter(({ method }) => method === 'PATCH')).toMatchObject([
    {
      url: '/apis/apps/v1/namespaces/web/deployments/web/scale?fieldManager=lifeboat',
      body: '{"spec":{"replicas":3}}',
    },
  ]);
  expect(await world.journal.read('incident')).toMatchObject([{ kind: 'wave-scaling-started' }]);
});

test('an API server that is overloaded is a failure that the state machine tries again', async () => {
  world.server.script = () => ({ status: 429, json: { kind: 'Status', reason: 'TooManyRequests' } });
  const { handler } = await import('../../../lambdas/scale-wave/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
});
