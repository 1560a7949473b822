import { describe, expect, test } from '@jest/globals';
import { checkWave } from '../../../lambdas/check-wave/check-wave.ts';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { nodeLaunchSeconds } from '../../../lib/cluster/readiness.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import { FakeClusterApi, workload } from '../../lib/cluster/fake-cluster-api.ts';
import { active, sampleApplication, samplePlan } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const startedAtMs = Date.parse('2026-03-01T12:00:00Z');
const check = { kind: 'http', namespace: 'shop', service: 'cart', port: 80, path: '/', expectStatus: 200 } as const;
const plan = samplePlan({
  clusters: [
    { kind: 'eks', name: 'main', regions: {} },
    { kind: 'eks', name: 'batch', regions: {} },
  ],
  applications: [
    sampleApplication('shop', { checks: [check] }),
    sampleApplication('mail', { cluster: 'batch' }),
    sampleApplication('jobs'),
  ],
});
const input = (...applications: string[]) => ({
  executionArn: 'arn:execution',
  incidentId: 'incident',
  wave: { number: 1, applications },
  startedAt: '2026-03-01T12:00:00.000Z',
});
const captured = (name: string, namespace: string, cluster: string, replicas = 2): CapturedWorkload => ({
  cluster,
  kind: 'Deployment',
  namespace,
  name,
  replicas,
});

async function world() {
  const { client } = new SimulatedTables();
  const captures = new CaptureStore(client, 'captures');
  const write = (application: string, ...workloads: CapturedWorkload[]) =>
    captures.write(
      { application, region: active, epoch: 1, capturedAtMs: 1, workloads, cronJobs: [], requiredSecrets: [] },
      [],
    );
  await write('shop', captured('cart', 'shop', 'main'));
  await write('mail', captured('smtp', 'mail', 'batch'));
  await write('jobs');
  await write('platform', captured('dns', 'kube-system', 'main'), captured('dns', 'kube-system', 'batch', 1));
  const [main, batch] = [new FakeClusterApi(), new FakeClusterApi()];
  const up = { replicas: 2, readyReplicas: 2 };
  main.workloads = [workload({ name: 'cart', ...up }), workload({ name: 'dns', namespace: 'kube-system', ...up })];
  main.services.set('shop/cart:80/', 200);
  batch.workloads = [
    workload({ name: 'smtp', namespace: 'mail', ...up }),
    workload({ name: 'dns', namespace: 'kube-system', readyReplicas: 0 }),
  ];
  const clock = { nowMs: startedAtMs + 5000 };
  const journal = new Journal({ client, tableName: 'journal', nowMs: () => clock.nowMs });
  const dependencies = {
    plan,
    nowMs: () => clock.nowMs,
    captures,
    clusters: async ({ name }: { name: string }) => (name === 'main' ? main : batch),
    journal,
  };
  return { main, batch, clock, journal, dependencies };
}

describe('the gate of a wave', () => {
  test('is ready when every application is, and that is written down once', async () => {
    const { dependencies, journal } = await world();
    const output = await checkWave(input('shop', 'mail', 'jobs'), dependencies);
    expect(output).toEqual({
      state: 'ready',
      reason: 'all pods are ready and all checks pass',
      applications: [
        { name: 'shop', ready: true, readyPods: 2, desiredPods: 2, failingChecks: [] },
        { name: 'mail', ready: true, readyPods: 2, desiredPods: 2, failingChecks: [] },
        { name: 'jobs', ready: true, readyPods: 0, desiredPods: 0, failingChecks: [] },
      ],
    });
    await checkWave(input('shop', 'mail', 'jobs'), dependencies);
    expect(await journal.read('incident')).toMatchObject([
      { kind: 'wave-ready', detail: { wave: 1, applications: ['shop', 'mail', 'jobs'] } },
    ]);
  });

  test('waits for pods and failing checks, says for what first, and writes nothing down', async () => {
    const { main, batch, dependencies, journal } = await world();
    main.services.set('shop/cart:80/', 500);
    batch.workloads = [];
    const output = await checkWave(input('shop', 'mail'), dependencies);
    expect(output).toMatchObject({
      state: 'waiting',
      reason: 'check shop/cart:80/ answered 500 instead of 200 (and 1 more)',
      applications: [
        { ready: false, failingChecks: ['check shop/cart:80/ answered 500 instead of 200'] },
        { ready: false, readyPods: 0, desiredPods: 2 },
      ],
    });
    expect(await journal.read('incident')).toEqual([]);
  });

  test('is short when pods have had no node for longer than nodes take to come', async () => {
    const { main, clock, dependencies, journal } = await world();
    main.workloads = [workload({ name: 'cart', replicas: 2, readyReplicas: 1 })];
    const pod = { namespace: 'shop', name: 'cart-1', labels: { app: 'cart' }, ready: false, waitingReasons: [] };
    main.pods = [{ ...pod, unschedulableSinceMs: startedAtMs, unschedulableMessage: '0/2 nodes are available' }];
    expect((await checkWave(input('shop'), dependencies)).state).toBe('waiting');
    clock.nowMs = startedAtMs + nodeLaunchSeconds * 1000;
    const output = await checkWave(input('shop'), dependencies);
    const reason = 'pod shop/cart-1 has had no node for 240 s: 0/2 nodes are available';
    expect(output).toMatchObject({ state: 'short', reason });
    await checkWave(input('shop'), dependencies);
    expect(await journal.read('incident')).toMatchObject([
      { kind: 'wave-short', detail: { wave: 1, applications: ['shop'], reason } },
    ]);
  });

  test('of the platform counts all clusters that have a part of it', async () => {
    const { dependencies } = await world();
    expect(await checkWave(input('platform'), dependencies)).toMatchObject({
      state: 'waiting',
      reason: 'Deployment kube-system/dns has 0 of 1 pods ready',
      applications: [{ name: 'platform', readyPods: 2, desiredPods: 3 }],
    });
  });

  test('can not be asked about what was never captured', async () => {
    const { dependencies } = await world();
    await expect(checkWave(input('unknown'), dependencies)).rejects.toMatchObject({ name: 'CaptureMissingError' });
  });
});
