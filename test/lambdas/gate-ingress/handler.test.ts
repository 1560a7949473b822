import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ClosedIngressStore } from '../../../lib/cluster/closed-ingress-store.ts';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, standby } from '../shared/sample-plan.ts';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/gate-ingress/handler.ts');
  await expect(handler({}, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of gate-ingress .*PLAN_FILE.*COORDINATION_TABLE/),
  });
});

test('closes the ingress by the API server of its own region, then gives the lease up', async () => {
  const components = [{ role: 'ingress', name: 'web', cluster: 'main', namespaces: ['web'] }] as const;
  deployEnvironment({ ...world.plan, platform: { ...world.plan.platform, components } });
  // This region is the active one, and the other one asks for its lease.
  const nowMs = Date.now();
  await world.authority.bootstrap({ region: standby, nowMs, leaseSeconds: 60 });
  const request = { requestedBy: 'arn:execution', incidentId: 'incident', untilMs: nowMs + 60_000 };
  await world.authority.requestYield({ region: active, observedEpoch: 1, request });
  let replicas = 2;
  world.server.script = ({ method, url, body }) => {
    if (method === 'PATCH') replicas = JSON.parse(body).spec.replicas;
    const deployment = {
      metadata: { name: 'web', namespace: 'web' },
      spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: {} },
      status: { readyReplicas: replicas },
    };
    const items = method === 'GET' && url.includes('/deployments') ? [deployment] : [];
    return { json: { kind: 'DeploymentList', metadata: {}, items } };
  };
  const lines: string[] = [];
  const output = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const { handler } = await import('../../../lambdas/gate-ingress/handler.ts');
  const closed = await handler({}, lambdaContext()).finally(() => output.mockRestore());
  expect(closed).toEqual({ ingress: 'closed', changed: ['Deployment web/web'], leaseGivenUp: true });
  expect(world.server.seen.filter(({ method }) => method === 'PATCH')).toMatchObject([
    { url: expect.stringMatching(/^\/apis\/apps\/v1\/namespaces\/web\/deployments\/web\/scale/) },
  ]);
  const record = await world.authority.read();
  expect(record?.leaseExpiresAt).toBeLessThan(nowMs + 60_000);
  const store = new ClosedIngressStore({ client: world.aws.tables.client, tableName: 'coordination' });
  expect((await store.read())?.workloads).toMatchObject([{ cluster: 'main', name: 'web', replicas: 2 }]);
  expect((await world.journal.read('incident')).map(({ kind }) => kind)).toEqual(['ingress-closed']);
  expect(lines.join('')).toMatch(/"Estate":"shop","Beat":"gate-ingress","Beats":1/);
});
