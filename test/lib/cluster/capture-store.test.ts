import { describe, expect, test } from '@jest/globals';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const resource = { group: '', version: 'v1', resource: 'configmaps' };
const manifest = (name: string, data = '1') => ({
  cluster: 'main',
  resource,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { value: data } },
});
const workload = { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'cart', replicas: 3 } as const;
const summary = (capturedAtMs: number, epoch = 1) => ({
  application: 'web',
  region: 'eu-central-1',
  epoch,
  capturedAtMs,
  workloads: [{ ...workload, replicas: capturedAtMs }],
  cronJobs: [{ cluster: 'main', namespace: 'shop', name: 'nightly' }],
  requiredSecrets: [{ namespace: 'shop', name: 'db' }],
});

function open() {
  const tables = new SimulatedTables();
  return { tables, store: new CaptureStore(tables.client, 'captures') };
}

describe('the captures of a region', () => {
  test('give back what was written, the manifests in their order', async () => {
    const { store } = open();
    const manifests = [manifest('b'), manifest('a')];
    expect(await store.write(summary(10), manifests)).toBe(true);
    const read = await store.summary('web');
    expect(read).toMatchObject(summary(10));
    expect(read?.manifestItems).toEqual(['manifest#main#configmaps#shop#b', 'manifest#main#configmaps#shop#a']);
    expect(await store.manifests(read as NonNullable<typeof read>)).toEqual(manifests);
  });

  test('know nothing of what was never captured', async () => {
    const { store } = open();
    expect(await store.summary('web')).toBeUndefined();
    expect(await store.nodeGroups('platform', 'main')).toBeUndefined();
  });

  test('take a newer capture over an older one, never the other way', async () => {
    const { store } = open();
    await store.write(summary(20), [manifest('a', 'new')]);
    expect(await store.write(summary(10), [manifest('a', 'old')])).toBe(false);
    const kept = await store.summary('web');
    expect(kept?.capturedAtMs).toBe(20);
    expect(await store.manifests(kept as NonNullable<typeof kept>)).toEqual([manifest('a', 'new')]);
    expect(await store.write(summary(30), [])).toBe(true);
    expect(await store.summary('web')).toMatchObject({ capturedAtMs: 30, manifestItems: [] });
  });

  test('take nothing from a region that has lost its authority, however late its clock', async () => {
    const { store } = open();
    await store.write(summary(10, 2), []);
    expect(await store.write(summary(99, 1), [])).toBe(false);
    expect(await store.write(summary(5, 3), [])).toBe(true);
    expect(await store.summary('web')).toMatchObject({ epoch: 3, capturedAtMs: 5 });
  });

  test('hold a summary only when all its manifests are there', async () => {
    const { tables, store } = open();
    tables.fail('PutItem', 'AccessDeniedException');
    await expect(store.write(summary(10), [manifest('a')])).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await store.summary('web')).toBeUndefined();
  });

  test('say so when a manifest that the summary names is gone', async () => {
    const { store } = open();
    const named = { ...summary(10), manifestItems: ['manifest#main#configmaps#shop#lost'] };
    await expect(store.manifests(named)).rejects.toThrow('the capture of web names manifest#main#configmaps#shop#lost');
  });

  test('refuse a manifest that no item can hold, by its name and before anything is written', async () => {
    const { store } = open();
    const large = { ...manifest('bundle', '€'.repeat(130_000)) };
    await expect(store.write(summary(10), [manifest('a'), large])).rejects.toThrow(
      /^web: ConfigMap shop\/bundle has 390\d{3} bytes, .*GitOps/,
    );
    const clusterWide = { ...large, object: { ...large.object, metadata: { name: 'bundle' } } };
    await expect(store.write(summary(10), [clusterWide])).rejects.toThrow('ConfigMap /bundle');
    expect(await store.summary('web')).toBeUndefined();
  });

  test('keep the node groups of each cluster, the newest only', async () => {
    const { store } = open();
    const nodes = (cluster: string, capturedAtMs: number, desiredSize: number) =>
      store.writeNodeGroups('platform', { cluster, epoch: 1, capturedAtMs, nodeGroups: [{ name: 'ng', desiredSize }] });
    expect(await nodes('main', 20, 5)).toBe(true);
    expect(await nodes('main', 10, 4)).toBe(false);
    expect(await nodes('batch', 10, 1)).toBe(true);
    expect((await store.nodeGroups('platform', 'main'))?.nodeGroups).toEqual([{ name: 'ng', desiredSize: 5 }]);
    expect((await store.nodeGroups('platform', 'batch'))?.nodeGroups).toEqual([{ name: 'ng', desiredSize: 1 }]);
  });
});
