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

const input = {};

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/capture-replicas/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of capture-replicas .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('captures the own region by its own EKS and API server ', async () => {
  deployEnvironment(world.plan);
  await world.authority.bootstrap({ region: standby, nowMs: 0, leaseSeconds: 60 });
  const { handler } = await import('../../../lambdas/capture-replicas/handler.ts');
  expect(await handler(input, lambdaContext())).toEqual({
    role: 'active',
    applications: 2,
    workloads: 1,
    peer: 'told',
  });
  expect(await world.captures.summary('web')).toMatchObject({
    region: standby,
    epoch: 1,
    workloads: [{ cluster: 'main', kind: 'Deployment', namespace: 'web', name: 'web', replicas: 1 }],
  });
  expect((await world.captures.nodeGroups('platform', 'main'))?.nodeGroups).toEqual([{ name: 'ng', desiredSize: 2 }]);
  expect(new Set(world.aws.calls.map(({ operation, region }) => [operation, region].join(' ')))).toEqual(
    new Set(['DescribeCluster eu-west-1', 'DescribeNodegroup eu-west-1']),
  );
});
