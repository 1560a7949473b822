import { describe, expect, test } from '@jest/globals';
import { prewarmStandby } from '../../../lambdas/prewarm-standby/prewarm-standby.ts';
import { takeBackPrewarm } from '../../../lambdas/take-back-prewarm/take-back-prewarm.ts';
import { workload } from '../../lib/cluster/fake-cluster-api.ts';
import { prewarmWorld, start } from '../prewarm-standby/prewarm-world.ts';
import { standby } from '../shared/sample-plan.ts';

/** Pre-warmed: six nodes of two, three carts of one. */
async function prewarmed() {
  const world = await prewarmWorld({ prewarm: 'pods' });
  world.api.workloads = [workload({ name: 'cart', replicas: 1 })];
  await prewarmStandby(world.suspected(), world.dependencies);
  world.nodeGroups.sizes.set('ng', { desiredSize: 6, maxSize: 10, status: 'ACTIVE' });
  world.nodeGroups.updates.length = 0;
  world.api.workloads = [workload({ name: 'cart', replicas: 3 })];
  world.api.calls.length = 0;
  const close = () => world.incidents.close(world.incidentId, 'calmed', start);
  const takeBack = () => takeBackPrewarm({}, world.dependencies);
  const untouched = () => {
    expect(world.nodeGroups.updates).toEqual([]);
    expect(world.api.calls).toEqual([]);
    expect(world.api.deleted).toEqual([]);
  };
  return { ...world, close, takeBack, untouched };
}

describe('when the incident has come to nothing', () => {
  test('everything goes back to how it was, once', async () => {
    const world = await prewarmed();
    await world.close();
    expect(await world.takeBack()).toEqual({ outcome: 'taken-back', reason: 'no incident is open', failures: [] });
    expect(world.nodeGroups.updates).toMatchObject([{ nodeGroup: 'ng', desiredSize: 2 }]);
    expect(world.api.calls).toEqual(['scale Deployment shop/cart 1']);
    expect(world.api.deleted.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'deployments lifeboat-prewarm',
      'daemonsets lifeboat-prewarm',
    ]);
    expect((await world.journal.read(world.incidentId)).at(-1)).toMatchObject({
      kind: 'prewarm-taken-back',
      detail: { kept: false, nodeGroups: [{ nodeGroup: 'ng', toSize: 2 }] },
    });
    expect(await world.takeBack()).toMatchObject({ outcome: 'nothing-to-do' });
  });

  test('what somebody has changed since is theirs', async () => {
    const world = await prewarmed();
    await world.close();
    world.nodeGroups.sizes.set('ng', { desiredSize: 8, maxSize: 10, status: 'ACTIVE' });
    world.api.workloads = [workload({ name: 'cart', replicas: 5 })];
    expect(await world.takeBack()).toMatchObject({ outcome: 'taken-back' });
    expect(world.nodeGroups.updates).toEqual([]);
    expect(world.api.calls).toEqual([]);
  });

  test('a group that is being updated is tried again by the next beat', async () => {
    const world = await prewarmed();
    await world.close();
    world.nodeGroups.busy.set('ng', 6);
    const { failures } = await world.takeBack();
    expect(failures).toEqual(['NodeGroupBusyError: node group ng of main-b is being changed']);
    world.nodeGroups.busy.clear();
    expect(await world.takeBack()).toMatchObject({ outcome: 'taken-back', failures: [] });
    expect(world.nodeGroups.updates).toMatchObject([{ desiredSize: 2 }]);
  });
});

describe('nothing is taken back', () => {
  test('while the incident is open', async () => {
    const world = await prewarmed();
    expect(await world.takeBack()).toMatchObject({
      outcome: 'not-now',
      reason: `incident ${world.incidentId} is open`,
    });
    world.untouched();
  });

  test('while a failover holds the lock', async () => {
    const world = await prewarmed();
    await world.close();
    const { lock, runtime } = world.dependencies;
    await lock.acquire({ executionArn: 'arn:execution', incidentId: world.incidentId, nowMs: runtime.nowMs() });
    expect(await world.takeBack()).toMatchObject({ outcome: 'not-now', reason: 'arn:execution holds the lock' });
    world.untouched();
  });

  test('of nodes and pods when the region has become the active one: only its own objects go', async () => {
    const world = await prewarmed();
    await world.close();
    const record = await world.dependencies.authority.read();
    const authority = { read: async () => (record === undefined ? undefined : { ...record, activeRegion: standby }) };
    const output = await takeBackPrewarm({}, { ...world.dependencies, authority });
    expect(output).toMatchObject({ outcome: 'kept' });
    expect(world.nodeGroups.updates).toEqual([]);
    expect(world.api.calls).toEqual([]);
    expect(world.api.deleted).toHaveLength(2);
    expect(await world.takeBack()).toMatchObject({ outcome: 'nothing-to-do' });
  });
});
