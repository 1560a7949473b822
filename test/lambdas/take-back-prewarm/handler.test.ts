import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IncidentLock } from '../../../lib/authority/incident-lock.ts';
import { PrewarmStore } from '../../../lib/cluster/prewarm-store.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { ClusterWorld } from '../shared/cluster-world.ts';
import { lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, standby } from '../shared/sample-plan.ts';

const startedAt = '2026-03-01T12:00:00.000Z';

let world: ClusterWorld;
beforeAll(async () => {
  world = await ClusterWorld.start();
});
afterAll(() => world.stop());

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/take-back-prewarm/handler.ts');
  await expect(handler({}, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of take-back-prewarm .*PLAN_FILE.*COORDINATION_TABLE/),
  });
});

test('undoes in EKS and at the API server of its own region what the record says, once nobody needs it', async () => {
  deployEnvironment(world.plan);
  const onCoordination = { client: world.aws.tables.client, tableName: 'coordination' };
  await world.authority.bootstrap({ region: active, nowMs: 0, leaseSeconds: 60 });
  const incidents = new IncidentStore({ ...onCoordination, estate: world.plan.estate, region: active });
  const { incidentId } = await incidents.open(startedAt);
  const store = new PrewarmStore(onCoordination);
  const group = { cluster: 'main', clusterName: 'shop-b', nodeGroup: 'ng', fromSize: 1, toSize: 2 };
  await store.begin({ incidentId, startedAt, nodeGroups: [group], clusters: ['main'], workloads: [] });
  world.aws.answers.set('UpdateNodegroupConfig', { update: { id: 'u1' } });
  const { handler } = await import('../../../lambdas/take-back-prewarm/handler.ts');
  expect(await handler({}, lambdaContext())).toMatchObject({
    outcome: 'not-now',
    reason: `incident ${incidentId} is open`,
  });
  await incidents.close(incidentId, 'calmed', startedAt);
  const lock = new IncidentLock(onCoordination);
  await lock.acquire({ executionArn: 'arn:execution', incidentId, nowMs: Date.now() });
  expect(await handler({}, lambdaContext())).toMatchObject({
    outcome: 'not-now',
    reason: 'arn:execution holds the lock',
  });
  expect([...world.server.seen, ...world.aws.calls]).toEqual([]);
  await lock.release('arn:execution');
  expect(await handler({}, lambdaContext())).toEqual({
    outcome: 'taken-back',
    reason: 'no incident is open',
    failures: [],
  });
  expect(world.server.seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`).sort()).toEqual([
    'DELETE /apis/apps/v1/namespaces/lifeboat-prewarm/daemonsets',
    'DELETE /apis/apps/v1/namespaces/lifeboat-prewarm/deployments',
  ]);
  expect(world.aws.calls.filter(({ operation }) => operation === 'UpdateNodegroupConfig')).toMatchObject([
    { region: standby, input: { clusterName: 'shop-b', nodegroupName: 'ng', scalingConfig: { desiredSize: 1 } } },
  ]);
  expect(await store.list()).toEqual([]);
  expect((await world.journal.read(incidentId)).map(({ kind }) => kind)).toEqual(['prewarm-taken-back']);
});
