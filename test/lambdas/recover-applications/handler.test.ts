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
  waves: [{ number: 1, applications: ['web'] }],
};

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/recover-applications/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of recover-applications .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

const scaled = {
  metadata: { name: 'web', namespace: 'web' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: {} },
  status: { readyReplicas: 3 },
};

test('scales by the API server of its own region', async () => {
  deployEnvironment(world.plan);
  await world.authority.bootstrap({ region: standby, nowMs: 0, leaseSeconds: 60 });
  await world.capture('web', 3);
  const { script } = world.server;
  world.server.script = (request, response) =>
    world.server.seen.some(({ method }) => method === 'PATCH') && request.url.includes('/deployments')
      ? { json: { kind: 'DeploymentList', metadata: {}, items: [scaled] } }
      : script(request, response);
  const detail = { wave: 0, application: 'platform' };
  const { executionArn, incidentId } = input;
  await world.journal.append({ incidentId, executionArn, kind: 'application-ready', subject: 'platform', detail });
  const { handler } = await import('../../../lambdas/recover-applications/handler.ts');
  expect(await handler(input, lambdaContext())).toMatchObject({ state: 'ready', ready: 1, applications: 1 });
  expect(world.server.seen.filter(({ method }) => method === 'PATCH')).toMatchObject([
    {
      url: '/apis/apps/v1/namespaces/web/deployments/web/scale?fieldManager=lifeboat',
      body: '{"spec":{"replicas":3}}',
    },
  ]);
  expect((await world.journal.read('incident')).map(({ kind }) => kind)).toContain('wave-ready');
});

test('an API server that is overloaded is a failure that the state machine tries again', async () => {
  world.server.script = () => ({ status: 429, json: { kind: 'Status', reason: 'TooManyRequests' } });
  const { handler } = await import('../../../lambdas/recover-applications/handler.ts');
  await world.capture('platform', 1);
  const platform = { ...input, waves: [{ number: 0, applications: ['platform'] }] };
  const asked = handler({ ...platform, executionArn: 'arn:second' }, lambdaContext());
  await expect(asked).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
});
