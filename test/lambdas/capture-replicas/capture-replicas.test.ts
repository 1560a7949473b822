import { describe, expect, test } from '@jest/globals';
import { captureReplicas } from '../../../lambdas/capture-replicas/capture-replicas.ts';
import type { AuthorityRecord } from '../../../lib/authority/authority-record.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import type { NodeGroups } from '../../../lib/cluster/node-groups.ts';
import { cronJob, FakeClusterApi, workload } from '../../lib/cluster/fake-cluster-api.ts';
import { FakeLog } from '../shared/fake-log.ts';
import { FakeMetrics } from '../shared/fake-metrics.ts';
import { active, sampleApplication, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');
const nodeGroup = { name: 'ng', minSize: 1, maxSize: 9, instanceType: 'm7g.large' };
const inRegion = { clusterName: 'shop-a', autoscaler: 'none', nodeGroups: [nodeGroup] } as const;
const plan = samplePlan({
  clusters: [
    { kind: 'eks', name: 'main', regions: { [active]: inRegion, [standby]: inRegion } },
    { kind: 'eks', name: 'elsewhere', regions: {} },
  ],
  platform: {
    rpoSeconds: 600,
    rtoSeconds: 600,
    components: [{ role: 'cluster-dns', name: 'dns', cluster: 'main', namespaces: ['kube-system'] }],
  },
  applications: [
    sampleApplication('shop'),
    sampleApplication('mail', { namespaces: ['mail'], pattern: 'pilot-light' }),
  ],
});

function record(changes: Partial<AuthorityRecord> = {}): AuthorityRecord {
  return {
    estate: 'shop',
    epoch: 4,
    activeRegion: active,
    phase: 'serving',
    leaseExpiresAt: startMs,
    claimedBy: 'bootstrap',
    claimedAt: '2026-03-01T00:00:00Z',
    ...changes,
  };
}

function world(authority: AuthorityRecord | undefined = record()) {
  const api = new FakeClusterApi();
  api.workloads = [
    workload({ name: 'dns', namespace: 'kube-system', replicas: 2 }),
    workload({ name: 'cart', replicas: 3 }),
    workload({ name: 'smtp', namespace: 'mail', replicas: 1 }),
  ];
  api.cronJobs = [cronJob('nightly', false), cronJob('retired', true)];
  api.raw = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'smtp', namespace: 'mail' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } },
  ];
  const nodeGroups: NodeGroups = {
    describe: async () => ({ desiredSize: 5, maxSize: 9, status: 'ACTIVE' }),
    setDesiredSize: async () => 'never',
  };
  const [here, there] = [new SimulatedTables(), new SimulatedTables()];
  const stores = [here, there].map(({ client }) => new CaptureStore(client, 'captures'));
  const log = new FakeLog();
  const metrics = new FakeMetrics();
  let nowMs = startMs;
  const dependencies = {
    plan,
    region: active,
    nowMs: () => nowMs++,
    authority: { read: async () => authority },
    clusters: async () => api,
    nodeGroups,
    log,
    metrics,
    own: stores[0]!,
    peer: stores[1]!,
  };
  return { api, here, there, stores, log, metrics, dependencies };
}

describe('in the active region', () => {
  test('what runs is written into both regions, under the epoch, as of the start of the run', async () => {
    const { dependencies, stores } = world();
    expect(await captureReplicas({}, dependencies)).toEqual({
      role: 'active',
      applications: 3,
      workloads: 3,
      peer: 'told',
    });
    for (const store of stores) {
      expect(await store.summary('platform')).toMatchObject({ region: active, epoch: 4, capturedAtMs: startMs });
      expect((await store.summary('shop'))?.workloads).toEqual([
        { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'cart', replicas: 3 },
      ]);
      expect(await store.summary('shop')).toMatchObject({
        capturedAtMs: startMs,
        cronJobs: [{ cluster: 'main', namespace: 'shop', name: 'nightly' }],
        manifestItems: [],
      });
      expect(await store.summary('mail')).toMatchObject({
        capturedAtMs: startMs,
        manifestItems: ['manifest#main#deployments#mail#smtp'],
      });
      expect(await store.nodeGroups('platform', 'main')).toMatchObject({
        epoch: 4,
        capturedAtMs: startMs,
        nodeGroups: [{ name: 'ng', desiredSize: 5 }],
      });
      expect(await store.nodeGroups('platform', 'elsewhere')).toBeUndefined();
    }
  });

  test('a table that fails keeps nothing from the other one, and is told', async () => {
    const { dependencies, here, stores } = world();
    for (let calls = 0; calls < 20; calls++) here.fail('PutItem', 'AccessDeniedException');
    await expect(captureReplicas({}, dependencies)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await stores[1]?.summary('shop')).toBeDefined();
    expect(await stores[1]?.summary('mail')).toBeDefined();
    expect(await stores[1]?.nodeGroups('platform', 'main')).toBeDefined();
  });

  test('another region that is dead keeps nothing from the own one, and is no failure', async () => {
    const { dependencies, there, stores, log } = world();
    for (let calls = 0; calls < 20; calls++) there.fail('PutItem', 'request-lost');
    expect(await captureReplicas({}, dependencies)).toMatchObject({
      role: 'active',
      workloads: 3,
      peer: 'unreachable',
    });
    expect(await stores[0]?.summary('shop')).toBeDefined();
    expect(await stores[0]?.nodeGroups('platform', 'main')).toBeDefined();
    expect(log.lines).toMatchObject([{ message: 'the other region was not told', errorName: 'TimeoutError' }]);
  });

  test('another region that refuses is a failure: nobody but people can mend it', async () => {
    const { dependencies, there, stores } = world();
    for (let calls = 0; calls < 20; calls++) there.fail('PutItem', 'AccessDeniedException');
    await expect(captureReplicas({}, dependencies)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await stores[0]?.summary('shop')).toBeDefined();
  });

  test('an application that fails keeps nothing from the others, and is told', async () => {
    const { api, dependencies, stores } = world();
    const { listWorkloads } = api;
    api.listWorkloads = async (namespace) => {
      if (namespace === 'mail') throw new Error('mail is forbidden');
      return listWorkloads.call(api, namespace);
    };
    await expect(captureReplicas({}, dependencies)).rejects.toThrow('mail is forbidden');
    expect(await stores[0]?.summary('shop')).toBeDefined();
    expect(await stores[0]?.nodeGroups('platform', 'main')).toBeDefined();
    expect(await stores[0]?.summary('mail')).toBeUndefined();
  });

  test('node groups that fail keep nothing from the applications', async () => {
    const { dependencies, stores } = world();
    const nodeGroups = { ...dependencies.nodeGroups, describe: () => Promise.reject(new Error('no such group')) };
    await expect(captureReplicas({}, { ...dependencies, nodeGroups })).rejects.toThrow('no such group');
    expect(await stores[1]?.summary('shop')).toBeDefined();
  });

  test('an application of a cluster that the plan lacks is a mistake of the plan', async () => {
    const { dependencies } = world();
    const lost = { ...plan, applications: [sampleApplication('lost', { cluster: 'gone' })] };
    await expect(captureReplicas({}, { ...dependencies, plan: lost })).rejects.toThrow('the plan has no cluster gone');
  });
});

describe('the numbers that it writes', () => {
  test('in the standby region: the age of the oldest of the captures that were told', async () => {
    const told = world();
    await captureReplicas({}, told.dependencies);
    const { metrics } = told;
    expect(metrics.records).toEqual([{ values: { Beats: 1 }, dimensions: { Beat: 'capture-replicas' } }]);
    const later = { ...told.dependencies, region: standby, own: told.stores[1]!, nowMs: () => startMs + 700_000 };
    await captureReplicas({}, later);
    expect(metrics.valuesOf('CaptureAgeSeconds')).toEqual([700]);
    await told.stores[1]!.write({ ...(await told.stores[1]!.summary('mail'))!, capturedAtMs: startMs + 699_000 }, []);
    await captureReplicas({}, later);
    expect(metrics.valuesOf('CaptureAgeSeconds')).toEqual([700, 700]);
    expect(metrics.valuesOf('Beats')).toEqual([1, 1, 1]);
  });

  test('no age where nothing was told yet, or where the region is the active one', async () => {
    const { dependencies, metrics } = world();
    await captureReplicas({}, { ...dependencies, region: standby });
    await captureReplicas({}, dependencies);
    await captureReplicas({}, { ...dependencies, authority: { read: async () => record({ phase: 'claimed' }) } });
    expect(metrics.valuesOf('CaptureAgeSeconds')).toEqual([]);
  });

  test('a run that fails is a beat that failed', async () => {
    const { dependencies, metrics } = world();
    const authority = { read: () => Promise.reject(new Error('no table')) };
    await expect(captureReplicas({}, { ...dependencies, authority })).rejects.toThrow('no table');
    expect(metrics.valuesOf('Beats')).toEqual([0]);
  });
});

describe('nothing is captured', () => {
  test.each([
    ['in the standby region', record({ activeRegion: standby })],
    [
      'while a region has claimed and does not serve yet: it would capture its own half-empty clusters',
      record({ phase: 'claimed' }),
    ],
    [
      'while a region is asked for its lease: its ingress is closed, and that is not what has to run elsewhere',
      record({ yieldRequest: { requestedBy: 'arn:execution', incidentId: 'incident', untilMs: startMs - 1 } }),
    ],
  ])('%s', async (_where, authority) => {
    const { dependencies, here, there } = world(authority);
    expect(await captureReplicas({}, dependencies)).toEqual({
      role: 'standby',
      applications: 0,
      workloads: 0,
      peer: 'not-asked',
    });
    expect([...here.operations, ...there.operations].filter((operation) => operation !== 'GetItem')).toEqual([]);
  });

  test('before any region has been active', async () => {
    const { dependencies, here } = world();
    const none = { ...dependencies, authority: { read: async () => undefined } };
    expect((await captureReplicas({}, none)).role).toBe('standby');
    expect(here.operations).toEqual([]);
  });
});

test('self-managed clusters have no node groups to capture', async () => {
  const { dependencies, stores } = world();
  const metal = samplePlan({ clusters: [{ kind: 'self-managed', name: 'main', regions: {} }], applications: [] });
  await captureReplicas({}, { ...dependencies, plan: metal });
  expect(await stores[0]?.nodeGroups('platform', 'main')).toBeUndefined();
});
