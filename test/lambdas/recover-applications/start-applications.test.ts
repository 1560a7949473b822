import { describe, expect, test } from '@jest/globals';
import { startApplications } from '../../../lambdas/recover-applications/start-applications.ts';
import type { CapturedCronJob, CapturedManifest, CapturedWorkload } from '../../../lib/cluster/capture.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import type { ObjectName } from '../../../lib/cluster/cluster-api.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { autoscaler, cronJob, FakeClusterApi, workload } from '../../lib/cluster/fake-cluster-api.ts';
import { active, sampleApplication, samplePlan } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const plan = samplePlan({
  clusters: [
    { kind: 'eks', name: 'main', regions: {} },
    { kind: 'eks', name: 'batch', regions: {} },
  ],
  platform: {
    rpoSeconds: 600,
    rtoSeconds: 600,
    components: [
      { role: 'cluster-dns', name: 'dns', cluster: 'main', namespaces: ['kube-system'] },
      { role: 'cluster-dns', name: 'dns', cluster: 'batch', namespaces: ['kube-system'] },
    ],
  },
  applications: [
    sampleApplication('shop'),
    sampleApplication('light', { namespaces: ['light'], pattern: 'pilot-light' }),
  ],
});
const input = (...applications: string[]) => ({
  executionArn: 'arn:execution',
  incidentId: 'incident',
  epoch: 5,
  wave: { number: 2, applications },
});
const captured = (name: string, replicas: number, parts: Partial<CapturedWorkload> = {}): CapturedWorkload => ({
  cluster: 'main',
  kind: 'Deployment',
  namespace: 'shop',
  name,
  replicas,
  ...parts,
});
const manifest = (kind: string, name: string): CapturedManifest => ({
  cluster: 'main',
  resource: { group: '', version: 'v1', resource: `${kind.toLowerCase()}s` },
  object: { apiVersion: 'v1', kind, metadata: { name, namespace: 'light' } },
});

interface Captured {
  readonly workloads?: readonly CapturedWorkload[];
  readonly cronJobs?: readonly CapturedCronJob[];
  readonly manifests?: readonly CapturedManifest[];
  readonly requiredSecrets?: readonly ObjectName[];
}

async function world(captures: Record<string, Captured>, epoch: number | undefined = 5, inPlan: Plan = plan) {
  const { client } = new SimulatedTables();
  const store = new CaptureStore(client, 'captures');
  for (const [application, parts] of Object.entries(captures)) {
    const { workloads = [], cronJobs = [], manifests = [], requiredSecrets = [] } = parts;
    const summary = { application, region: active, epoch: 4, capturedAtMs: 1, workloads, cronJobs, requiredSecrets };
    await store.write(summary, manifests);
  }
  const apis = new Map(['main', 'batch'].map((name) => [name, new FakeClusterApi()]));
  const journal = new Journal({ client, tableName: 'journal', nowMs: () => nowMs });
  const record = {
    estate: 'shop',
    epoch: epoch ?? 0,
    activeRegion: active,
    phase: 'claimed' as const,
    leaseExpiresAt: nowMs,
    claimedBy: 'arn:execution',
    claimedAt: '2026-03-01T00:00:00Z',
  };
  const asked: string[] = [];
  const dependencies = {
    plan: inPlan,
    authority: { read: async () => (epoch === undefined ? undefined : record) },
    captures: store,
    clusters: async ({ name }: { name: string }) => {
      asked.push(name);
      return apis.get(name) as FakeClusterApi;
    },
    journal,
  };
  const main = apis.get('main') as FakeClusterApi;
  return { main, batch: apis.get('batch') as FakeClusterApi, asked, dependencies, journal };
}

describe('a wave of warm standbys', () => {
  test('is brought to the captured counts, and the journal says so once', async () => {
    const { main, dependencies, journal } = await world({ shop: { workloads: [captured('cart', 3)] } });
    main.workloads = [workload({ name: 'cart', replicas: 1 })];
    const output = await startApplications(input('shop'), dependencies);
    expect(output).toEqual([
      { name: 'shop', workloads: 1, created: 0, scaled: 1, resumed: 0, earliestReadySeconds: 0 },
    ]);
    await startApplications(input('shop'), dependencies);
    expect(await journal.read('incident')).toMatchObject([
      { kind: 'wave-scaling-started', detail: { wave: 2, applications: ['shop'] } },
    ]);
    expect((await journal.read('incident'))[0]?.detail).not.toHaveProperty('shortened');
  });

  test('with an autoscaler that allows fewer says that in the journal', async () => {
    const { main, dependencies, journal } = await world({ shop: { workloads: [captured('cart', 8)] } });
    main.workloads = [workload({ name: 'cart', replicas: 1 })];
    main.autoscalers = [autoscaler('cart', 1, 5)];
    await startApplications(input('shop'), dependencies);
    expect(main.calls).toEqual(['minimum shop/cart-hpa 5', 'scale Deployment shop/cart 5']);
    expect((await journal.read('incident'))[0]?.detail).toMatchObject({
      shortened: ['autoscaler shop/cart-hpa allows 5 of 8 replicas'],
    });
  });

  test('with a workload that is not in the cluster is refused, naming it and the remedy', async () => {
    const workloads = [captured('cart', 3), captured('db', 1, { kind: 'StatefulSet' })];
    const { dependencies, journal } = await world({ shop: { workloads } });
    await expect(startApplications(input('shop'), dependencies)).rejects.toMatchObject({
      name: 'ClusterRefusedError',
      message:
        'shop: Deployment shop/cart, StatefulSet shop/db not in the standby cluster; deploy it there by GitOps, or declare the application pilot-light',
    });
    expect(await journal.read('incident')).toEqual([]);
  });

  test('creates nothing, whatever its capture holds', async () => {
    const { main, dependencies } = await world({
      shop: { workloads: [captured('cart', 1)], manifests: [manifest('Deployment', 'cart')] },
    });
    main.workloads = [workload({ name: 'cart' })];
    await startApplications(input('shop'), dependencies);
    expect(main.calls).toEqual([]);
  });
});

describe('cron jobs', () => {
  const nightly = { cluster: 'main', namespace: 'shop', name: 'nightly' };

  test('that ran in the active region are resumed with their wave, and the journal counts them also when it is done again', async () => {
    const { main, dependencies, journal } = await world({
      shop: { workloads: [captured('cart', 1)], cronJobs: [nightly] },
    });
    main.workloads = [workload({ name: 'cart' })];
    main.cronJobs = [cronJob('nightly', true), cronJob('retired', true)];
    const failing = { ...journal, append: () => Promise.reject(new Error('throttled')) };
    await expect(startApplications(input('shop'), { ...dependencies, journal: failing })).rejects.toThrow('throttled');
    expect(main.calls).toEqual(['resume shop/nightly']);
    const applications = await startApplications(input('shop'), dependencies);
    expect(applications).toEqual([
      { name: 'shop', workloads: 1, created: 0, scaled: 0, resumed: 0, earliestReadySeconds: 0 },
    ]);
    expect(main.calls).toEqual(['resume shop/nightly']);
    expect((await journal.read('incident'))[0]?.detail).toEqual({ wave: 2, applications: ['shop'], cronJobs: 1 });
  });

  test('are all that some applications have', async () => {
    const { main, asked, dependencies } = await world({ shop: { cronJobs: [nightly] } });
    main.cronJobs = [cronJob('nightly', true)];
    const applications = await startApplications(input('shop'), dependencies);
    expect(applications).toEqual([
      { name: 'shop', workloads: 0, created: 0, scaled: 0, resumed: 1, earliestReadySeconds: 0 },
    ]);
    expect(asked).toEqual(['main']);
  });

  test('of the platform are resumed in the cluster where each of them ran', async () => {
    const prune = (cluster: string) => ({ cluster, namespace: 'kube-system', name: 'prune' });
    const { main, batch, dependencies } = await world({ platform: { cronJobs: [prune('batch')] } });
    for (const api of [main, batch]) api.cronJobs = [cronJob('prune', true, { namespace: 'kube-system' })];
    await startApplications(input('platform'), dependencies);
    expect([main.calls, batch.calls]).toEqual([[], ['resume kube-system/prune']]);
  });

  test('that are not in the cluster are refused by name, together with the workloads', async () => {
    const { dependencies } = await world({ shop: { workloads: [captured('cart', 3)], cronJobs: [nightly] } });
    await expect(startApplications(input('shop'), dependencies)).rejects.toMatchObject({
      name: 'ClusterRefusedError',
      message: expect.stringMatching(
        /^shop: Deployment shop\/cart, CronJob shop\/nightly not in the standby cluster; deploy/,
      ),
    });
  });
});

test('the platform is scaled in every cluster where it runs', async () => {
  const dns = (cluster: string) => captured('dns', 2, { cluster, namespace: 'kube-system' });
  const { main, batch, dependencies } = await world({ platform: { workloads: [dns('main'), dns('batch')] } });
  main.workloads = [workload({ name: 'dns', namespace: 'kube-system', replicas: 1 })];
  batch.workloads = [workload({ name: 'dns', namespace: 'kube-system', replicas: 2 })];
  const applications = await startApplications(input('platform'), dependencies);
  expect(applications).toEqual([
    { name: 'platform', workloads: 2, created: 0, scaled: 1, resumed: 0, earliestReadySeconds: 0 },
  ]);
  expect([main.calls, batch.calls]).toEqual([['scale Deployment kube-system/dns 2'], []]);
});

test('an application without workloads asks no cluster', async () => {
  const { asked, dependencies } = await world({ shop: {} });
  expect((await startApplications(input('shop'), dependencies))[0]).toMatchObject({ workloads: 0 });
  expect(asked).toEqual([]);
});

describe('a pilot light', () => {
  test('is created from its manifests, then scaled', async () => {
    const { main, dependencies } = await world({
      light: {
        workloads: [captured('api', 2, { namespace: 'light' })],
        manifests: [manifest('ConfigMap', 'settings'), manifest('Deployment', 'api')],
        requiredSecrets: [{ namespace: 'light', name: 'db' }],
      },
    });
    main.namespaces.add('light');
    main.secrets = [{ namespace: 'light', name: 'db' }];
    main.workloads = [workload({ name: 'api', namespace: 'light', replicas: 1 })];
    const applications = await startApplications(input('light'), dependencies);
    expect(applications).toEqual([
      { name: 'light', workloads: 1, created: 2, scaled: 1, resumed: 0, earliestReadySeconds: 0 },
    ]);
    expect(main.calls).toEqual([
      'create ConfigMap light/settings',
      'create Deployment light/api',
      'scale Deployment light/api 2',
    ]);
  });

  test('that was created can’t be ready before its probes are sent; one that was there may be', async () => {
    const { main, dependencies } = await world({
      light: { workloads: [captured('api', 1, { namespace: 'light' })], manifests: [manifest('Deployment', 'api')] },
    });
    main.workloads = [workload({ name: 'api', namespace: 'light', replicas: 1, earliestReadySeconds: 7 })];
    expect(await startApplications(input('light'), dependencies)).toMatchObject([{ earliestReadySeconds: 7 }]);
    main.raw = [{ apiVersion: 'v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'light' } }];
    expect(await startApplications(input('light'), dependencies)).toMatchObject([{ earliestReadySeconds: 0 }]);
  });

  test('of cron jobs alone is created too', async () => {
    const { main, dependencies } = await world({ light: { manifests: [manifest('CronJob', 'nightly')] } });
    const applications = await startApplications(input('light'), dependencies);
    expect(applications).toEqual([
      { name: 'light', workloads: 0, created: 1, scaled: 0, resumed: 0, earliestReadySeconds: 0 },
    ]);
    expect(main.calls).toEqual(['namespace light', 'create CronJob light/nightly']);
  });

  test('whose Secrets the standby lacks is refused by their names before anything is created', async () => {
    const { main, dependencies } = await world({
      light: {
        manifests: [manifest('Deployment', 'api')],
        requiredSecrets: [
          { namespace: 'light', name: 'db' },
          { namespace: 'light', name: 'tls' },
        ],
      },
    });
    await expect(startApplications(input('light'), dependencies)).rejects.toMatchObject({
      name: 'ClusterRefusedError',
      message: expect.stringContaining('light: Secrets light/db, light/tls are not in the standby cluster'),
    });
    expect(main.calls).toEqual([]);
  });

  test('with a workload that no manifest makes is refused, and told of what makes such ones', async () => {
    const { dependencies } = await world({
      light: { workloads: [captured('kafka', 3, { kind: 'StatefulSet', namespace: 'light' })] },
    });
    await expect(startApplications(input('light'), dependencies)).rejects.toThrow(
      /light: StatefulSet light\/kafka not in the standby cluster; something else makes it.*operator/,
    );
  });
});

describe('a wave ends', () => {
  test.each([
    ['moved', 6, 'the epoch is 6, this execution acts under 5'],
    ['vanished', undefined, 'the epoch is unknown, this execution acts under 5'],
  ])('before it touches anything when the epoch has %s', async (_how, epoch, message) => {
    const { asked, dependencies } = await world({ shop: { workloads: [captured('cart', 3)] } });
    const authority =
      epoch === undefined ? { read: async () => undefined } : (await world({}, epoch)).dependencies.authority;
    await expect(startApplications(input('shop'), { ...dependencies, authority })).rejects.toMatchObject({
      name: 'StaleEpochError',
      message,
    });
    expect(asked).toEqual([]);
  });

  test('when nothing was captured of an application', async () => {
    const { dependencies } = await world({});
    await expect(startApplications(input('shop'), dependencies)).rejects.toMatchObject({ name: 'CaptureMissingError' });
  });

  test('when the captured cluster is no longer in the plan', async () => {
    const { dependencies } = await world({ shop: { workloads: [captured('cart', 1, { cluster: 'gone' })] } });
    await expect(startApplications(input('shop'), dependencies)).rejects.toThrow('the plan has no cluster gone');
  });
});
