import { describe, expect, test } from '@jest/globals';
import { prewarmStandby } from '../../../lambdas/prewarm-standby/prewarm-standby.ts';
import type { RawObject, ResourcePath } from '../../../lib/cluster/cluster-api.ts';
import { workload } from '../../lib/cluster/fake-cluster-api.ts';
import { sampleApplication, standby } from '../shared/sample-plan.ts';
import { prewarmWorld, start } from './prewarm-world.ts';

type World = Awaited<ReturnType<typeof prewarmWorld>>;

/** Keeps what is created. */
function recordCreated({ api }: World): RawObject[] {
  const created: RawObject[] = [];
  api.create = async (_resource: ResourcePath, object: RawObject) => {
    created.push(object);
    return 'created';
  };
  return created;
}

describe('the first signal', () => {
  test('asks for the captured nodes and pulls the images, and the record says how it was', async () => {
    const world = await prewarmWorld({});
    const created = recordCreated(world);
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toEqual({
      outcome: 'prewarmed',
      nodesAsked: 4,
      images: 2,
      placeholders: 0,
      podsStarted: 0,
      failures: [],
    });
    expect(world.nodeGroups.updates).toMatchObject([{ nodeGroup: 'ng', desiredSize: 6 }]);
    expect(await world.dependencies.store.list()).toMatchObject([
      {
        incidentId: world.incidentId,
        startedAt: start,
        nodeGroups: [{ clusterName: 'main-b', nodeGroup: 'ng', fromSize: 2, toSize: 6 }],
        workloads: [],
      },
    ]);
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({ kind: 'DaemonSet', metadata: { namespace: 'lifeboat-prewarm' } });
    expect(JSON.stringify(created)).toMatch(/"image":"migrate:1".*"image":"cart:2"/);
    expect((await world.journal.read(world.incidentId)).map(({ kind }) => kind)).toEqual(['standby-prewarmed']);
  });

  test('pulls first what the slowest chain of applications needs, and last what nothing waits for', async () => {
    const world = await prewarmWorld({});
    const created = recordCreated(world);
    const applications = [
      sampleApplication('leaf'),
      sampleApplication('root'),
      sampleApplication('top', { dependsOn: ['root'] }),
    ];
    world.api.raw = [];
    for (const { name } of applications) {
      const namespace = name;
      const workloads = [{ cluster: 'main', kind: 'Deployment' as const, namespace, name, replicas: 1 }];
      const nothing = { region: 'eu-central-1', epoch: 1, capturedAtMs: 1, cronJobs: [], requiredSecrets: [] };
      await world.dependencies.captures.write({ application: name, workloads, ...nothing }, []);
      const readinessProbe = { initialDelaySeconds: name === 'leaf' ? 4 : 3 };
      const template = { spec: { containers: [{ name: 'main', image: `${name}:1`, readinessProbe }] } };
      const spec = { replicas: 0, template };
      world.api.raw.push({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec });
    }
    const plan = { ...world.dependencies.plan, applications };
    await prewarmStandby(world.suspected(), { ...world.dependencies, plan });
    const images = [...JSON.stringify(created).matchAll(/"image":"(\w+):1"/g)].map(([, image]) => image);
    expect(images).toEqual(['root', 'top', 'leaf']);
  });

  test('asks for nodes without waiting for what clusters say, unless pods start early', async () => {
    const order = async (prewarm: 'nodes' | 'pods') => {
      const world = await prewarmWorld({ prewarm });
      const seen: string[] = [];
      const clusters = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        seen.push('cluster');
        return world.api;
      };
      const setDesiredSize: typeof world.nodeGroups.setDesiredSize = async () => {
        seen.push('nodes');
        return 'update';
      };
      const nodeGroups = { describe: world.nodeGroups.describe.bind(world.nodeGroups), setDesiredSize };
      await prewarmStandby(world.suspected(), { ...world.dependencies, clusters, nodeGroups });
      return seen;
    };
    expect(await order('nodes')).toEqual(['nodes', 'cluster']);
    expect(await order('pods')).toEqual(['cluster', 'nodes']);
  });

  test('touches no object of an application, and its own pods never run', async () => {
    const world = await prewarmWorld({ autoscaler: 'karpenter' });
    const created = recordCreated(world);
    await prewarmStandby(world.suspected(), world.dependencies);
    expect(world.api.calls).toEqual([]);
    expect(created.map(({ metadata }) => metadata.namespace)).toEqual(['lifeboat-prewarm', 'lifeboat-prewarm']);
    for (const { spec } of created) {
      const { template } = spec as { template: { spec: { containers: { env: unknown }[] } } };
      expect(template.spec).toMatchObject({ priorityClassName: 'lifeboat-prewarm', terminationGracePeriodSeconds: 0 });
      for (const { env } of template.spec.containers)
        expect(env).toEqual([{ name: 'NEVER', valueFrom: { configMapKeyRef: { name: 'never-made', key: 'never' } } }]);
    }
  });

  test('where an autoscaler makes the nodes, holds the room that is missing with placeholders of the same needs', async () => {
    const world = await prewarmWorld({ autoscaler: 'karpenter' });
    const created = recordCreated(world);
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toMatchObject({
      nodesAsked: 0,
      placeholders: 1,
    });
    expect(created.find(({ kind }) => kind === 'Deployment')?.spec).toMatchObject({
      replicas: 2,
      template: {
        spec: {
          nodeSelector: { disk: 'fast' },
          containers: [
            { image: 'cart:2', resources: { requests: { cpu: '250m', memory: '256Mi' } } },
            { image: 'migrate:1' },
          ],
        },
      },
    });
  });

  test('starts application pods where the plan says so, and no CronJob', async () => {
    const world = await prewarmWorld({ prewarm: 'pods' });
    world.api.workloads = [workload({ name: 'cart', replicas: 1 })];
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toMatchObject({ podsStarted: 2 });
    expect(world.api.calls.filter((call) => !call.startsWith('create'))).toEqual(['scale Deployment shop/cart 3']);
    expect((await world.dependencies.store.list())[0]?.workloads).toMatchObject([
      { name: 'cart', fromReplicas: 1, toReplicas: 3 },
    ]);
  });

  test('delivered twice keeps the first record, and asks for the same update', async () => {
    const world = await prewarmWorld({});
    await prewarmStandby(world.suspected(), world.dependencies);
    await prewarmStandby(world.suspected(), world.dependencies);
    expect(new Set(world.nodeGroups.updates.map(({ requestToken }) => requestToken)).size).toBe(1);
    world.nodeGroups.sizes.set('ng', { desiredSize: 6, maxSize: 10, status: 'ACTIVE' });
    await prewarmStandby(world.suspected(), world.dependencies);
    expect((await world.dependencies.store.list())[0]?.nodeGroups).toMatchObject([{ fromSize: 2, toSize: 6 }]);
  });

  test('never asks for fewer nodes than there are', async () => {
    const world = await prewarmWorld({});
    world.nodeGroups.sizes.set('ng', { desiredSize: 9, maxSize: 10, status: 'ACTIVE' });
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toMatchObject({ nodesAsked: 0 });
    expect(world.nodeGroups.updates).toEqual([]);
  });

  test('gets the nodes also where the cluster refuses the objects, and says what it could not do', async () => {
    const world = await prewarmWorld({});
    world.api.create = async () => {
      throw Object.assign(new Error('namespaces "lifeboat-prewarm" not found'), { name: 'ApiServerError' });
    };
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toMatchObject({
      outcome: 'prewarmed',
      nodesAsked: 4,
      images: 0,
      failures: ['ApiServerError: namespaces "lifeboat-prewarm" not found'],
    });
    expect(world.nodeGroups.updates).toHaveLength(1);
  });
});

describe('nothing is begun', () => {
  test('for an incident that is over', async () => {
    const world = await prewarmWorld({});
    await world.incidents.close(world.incidentId, 'calmed', start);
    expect(await prewarmStandby(world.suspected(), world.dependencies)).toMatchObject({ outcome: 'over' });
    expect(world.nodeGroups.updates).toEqual([]);
    expect(await world.dependencies.store.list()).toEqual([]);
  });

  test('in the active region, nor for a region that is not active', async () => {
    const world = await prewarmWorld({});
    expect(await prewarmStandby(world.suspected(standby), world.dependencies)).toMatchObject({ outcome: 'not-mine' });
    expect(world.nodeGroups.updates).toEqual([]);
  });
});
