import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PrewarmStore } from '../../../lib/cluster/prewarm-store.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, standby } from '../shared/sample-plan.ts';

const suspectedAt = '2026-03-01T12:00:00.000Z';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

function eventOf(incidentId: string) {
  return {
    'detail-type': 'Incident Suspected',
    source: 'lifeboat',
    detail: { incidentId, region: active, suspectedAt },
  };
}

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/prewarm-standby/handler.ts');
  await expect(handler(eventOf('incident'), lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of prewarm-standby .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('asks EKS and the API server of its own region, and writes down how it was', async () => {
  deployEnvironment(world.plan);
  const onCoordination = { client: world.aws.tables.client, tableName: 'coordination' };
  await world.authority.bootstrap({ region: active, nowMs: 0, leaseSeconds: 60 });
  const incidents = new IncidentStore({ ...onCoordination, estate: world.plan.estate, region: active });
  const { incidentId } = await incidents.open(suspectedAt);
  await world.capture('web', 3);
  const nodeGroups = [{ name: 'ng', desiredSize: 6 }];
  await world.captures.writeNodeGroups('platform', { cluster: 'main', epoch: 1, capturedAtMs: 1, nodeGroups });
  world.aws.answers.set('UpdateNodegroupConfig', { update: { id: 'u1' } });
  const template = { spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] } };
  const deployment = {
    metadata: { name: 'web', namespace: 'web' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
  };
  world.server.script = ({ method, url }) => {
    const items = method === 'GET' && url.includes('/namespaces/web/deployments') ? [deployment] : [];
    return { json: { kind: 'DeploymentList', metadata: {}, items } };
  };
  const { handler } = await import('../../../lambdas/prewarm-standby/handler.ts');
  expect(await handler(eventOf(incidentId), lambdaContext())).toEqual({
    outcome: 'prewarmed',
    nodesAsked: 4,
    images: 1,
    placeholders: 0,
    podsStarted: 0,
    failures: [],
  });
  expect(world.aws.calls.filter(({ operation }) => operation === 'UpdateNodegroupConfig')).toMatchObject([
    { region: standby, input: { clusterName: 'shop-b', nodegroupName: 'ng', scalingConfig: { desiredSize: 6 } } },
  ]);
  const made = world.server.seen.filter(({ method }) => method !== 'GET');
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({
    method: 'POST',
    url: expect.stringMatching(/^\/apis\/apps\/v1\/namespaces\/lifeboat-prewarm\/daemonsets/),
    body: expect.stringContaining('registry.example/web:1'),
  });
  expect(await new PrewarmStore(onCoordination).list()).toMatchObject([
    { incidentId, nodeGroups: [{ nodeGroup: 'ng', fromSize: 2, toSize: 6 }], clusters: ['main'], workloads: [] },
  ]);
  expect((await world.journal.read(incidentId)).map(({ kind }) => kind)).toEqual(['standby-prewarmed']);
});
