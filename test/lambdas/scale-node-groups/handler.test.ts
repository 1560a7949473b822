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

const input = { executionArn: 'arn:execution', incidentId: 'incident' };

test('refuses to run without its environment, naming what is missing', async () => {
  const { handler } = await import('../../../lambdas/scale-node-groups/handler.ts');
  await expect(handler(input, lambdaContext())).rejects.toMatchObject({
    name: 'ContractViolationError',
    message: expect.stringMatching(/environment of scale-node-groups .*PLAN_FILE.*CAPTURES_TABLE/),
  });
});

test('asks EKS of its own region for the captured nodes', async () => {
  deployEnvironment(world.plan);
  const nodeGroups = [{ name: 'ng', desiredSize: 6 }];
  await world.captures.writeNodeGroups('platform', { cluster: 'main', epoch: 1, capturedAtMs: 1, nodeGroups });
  world.aws.answers.set('UpdateNodegroupConfig', { update: { id: 'u1' } });
  const { handler } = await import('../../../lambdas/scale-node-groups/handler.ts');
  expect(await handler(input, lambdaContext())).toEqual({
    nodeGroups: [{ cluster: 'main', nodeGroup: 'ng', fromSize: 2, toSize: 6, updateId: 'u1' }],
  });
  expect(world.aws.calls.at(-1)).toMatchObject({
    operation: 'UpdateNodegroupConfig',
    region: standby,
    input: { clusterName: 'shop-b', nodegroupName: 'ng', scalingConfig: { desiredSize: 6 } },
  });
});
