import { describe, expect, test } from '@jest/globals';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import type { Workload } from '../../../lib/cluster/cluster-api.ts';
import { absentSecrets, createAbsent, scaleWorkloads } from '../../../lib/cluster/scaling.ts';
import { autoscaler, FakeClusterApi, workload } from './fake-cluster-api.ts';

function captured(overrides: Partial<CapturedWorkload> & { name: string }): CapturedWorkload {
  return { cluster: 'main', kind: 'Deployment', namespace: 'shop', replicas: 4, ...overrides };
}

describe('scaling to the captured counts', () => {
  test('a workload below its captured count is scaled up', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 1 })];
    const result = await scaleWorkloads(api, [captured({ name: 'cart' })]);
    expect(api.calls).toEqual(['scale Deployment shop/cart 4']);
    expect(result).toMatchObject({ workloads: 1, scaled: 1, missing: [], shortened: [] });
  });

  test('a workload at or above its captured count is never scaled down', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 7 })];
    const result = await scaleWorkloads(api, [captured({ name: 'cart' })]);
    expect(api.calls).toEqual([]);
    expect(result.scaled).toBe(0);
  });

  test("the autoscaler's minimum is raised before the workload, or it would take the replicas away", async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 0 })];
    api.autoscalers = [autoscaler('cart', 1, 10)];
    await scaleWorkloads(api, [captured({ name: 'cart' })]);
    expect(api.calls).toEqual(['minimum shop/cart-hpa 4', 'scale Deployment shop/cart 4']);
  });

  test('an autoscaler that allows fewer replicas than were captured is respected and reported', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 1 })];
    api.autoscalers = [autoscaler('cart', 1, 3)];
    const result = await scaleWorkloads(api, [captured({ name: 'cart' })]);
    expect(api.calls).toEqual(['minimum shop/cart-hpa 3', 'scale Deployment shop/cart 3']);
    expect(result.shortened).toEqual(['autoscaler shop/cart-hpa allows 3 of 4 replicas']);
  });

  test('a captured workload that is not in the cluster is named; the others are scaled all the same', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 1 })];
    const result = await scaleWorkloads(api, [
      captured({ name: 'gone', kind: 'StatefulSet' }),
      captured({ name: 'cart' }),
    ]);
    expect(result.missing).toEqual([{ kind: 'StatefulSet', namespace: 'shop', name: 'gone' }]);
    expect(api.calls).toEqual(['scale Deployment shop/cart 4']);
  });

  test('a captured workload that ran no pods may be absent', async () => {
    const result = await scaleWorkloads(new FakeClusterApi(), [captured({ name: 'retired', replicas: 0 })]);
    expect(result).toMatchObject({ workloads: 1, scaled: 0, missing: [] });
  });

  test('a workload that was paused at no replicas stays so, whatever the minimum of its autoscaler', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 0 })];
    api.autoscalers = [autoscaler('cart', 2, 10)];
    await scaleWorkloads(api, [captured({ name: 'cart', replicas: 0 })]);
    expect(api.calls).toEqual([]);
  });

  test('an autoscaler whose minimum is high enough is left as it is', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 4 })];
    api.autoscalers = [autoscaler('cart', 5, 10)];
    await scaleWorkloads(api, [captured({ name: 'cart' })]);
    expect(api.calls).toEqual([]);
  });

  test('a Deployment and a StatefulSet of one name are two things', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'db', kind: 'StatefulSet', replicas: 1 })];
    const result = await scaleWorkloads(api, [captured({ name: 'db', kind: 'Deployment' })]);
    expect(result.missing).toHaveLength(1);
  });
});

describe('pilot light', () => {
  const resource = { group: 'apps', version: 'v1', resource: 'deployments' };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } };

  test('namespaces come first and only absent objects count as created', async () => {
    const api = new FakeClusterApi();
    api.raw = [object];
    const other = { ...object, metadata: { name: 'mail', namespace: 'shop' } };
    const created = await createAbsent(api, [
      { cluster: 'main', resource, object },
      { cluster: 'main', resource, object: other },
    ]);
    expect(created).toBe(1);
    expect(api.calls).toEqual(['namespace shop', 'create Deployment shop/cart', 'create Deployment shop/mail']);
  });

  test('what others refer to is there before them', async () => {
    const api = new FakeClusterApi();
    const config = { group: '', version: 'v1', resource: 'configmaps' };
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } };
    const done: string[] = [];
    api.create = async (_resource, { kind }) => {
      await new Promise((resolve) => setTimeout(resolve, kind === 'ConfigMap' ? 20 : 0));
      done.push(kind);
      return 'created';
    };
    await createAbsent(api, [
      { cluster: 'main', resource: config, object: settings },
      { cluster: 'main', resource, object },
    ]);
    expect(done).toEqual(['ConfigMap', 'Deployment']);
  });

  test('Secrets that the standby lacks are named, also those of a namespace that is not there', async () => {
    const api = new FakeClusterApi();
    api.namespaces.add('shop');
    api.secrets = [{ namespace: 'shop', name: 'db' }];
    const absent = await absentSecrets(api, [
      { namespace: 'shop', name: 'db' },
      { namespace: 'shop', name: 'tls' },
      { namespace: 'mail', name: 'smtp' },
    ]);
    expect(absent).toEqual([
      { namespace: 'shop', name: 'tls' },
      { namespace: 'mail', name: 'smtp' },
    ]);
  });
});

describe('the earliest that scaled workloads can be ready', () => {
  const slow = { earliestReadySeconds: 5 };
  const seconds = async (workloads: Workload[], parts: { areNew?: boolean } = {}) => {
    const api = new FakeClusterApi();
    api.workloads = workloads;
    const captured = workloads.map(({ kind, namespace, name }) => ({
      cluster: 'main',
      kind,
      namespace,
      name,
      replicas: 3,
    }));
    return (await scaleWorkloads(api, captured, parts)).earliestReadySeconds;
  };

  test('is when the slowest probe of those that need pods is sent', async () => {
    const quick = workload({ name: 'b', replicas: 0, earliestReadySeconds: 2 });
    expect(await seconds([workload({ name: 'a', replicas: 0, ...slow }), quick])).toBe(5);
  });

  test('is now for what runs already, and not for what was created a moment ago', async () => {
    expect(await seconds([workload({ name: 'a', replicas: 3, ...slow })])).toBe(0);
    expect(await seconds([workload({ name: 'a', replicas: 3, ...slow })], { areNew: true })).toBe(5);
  });

  test('counts every missing pod of a set that starts one after the other', async () => {
    const set = { kind: 'StatefulSet', startsInTurn: true, ...slow } as const;
    expect(await seconds([workload({ name: 'a', replicas: 1, ...set })])).toBe(10);
  });
});
