import { describe, expect, test } from '@jest/globals';
import { recoverWave } from '../../../lambdas/recover-wave/recover-wave.ts';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import type { WorkloadName } from '../../../lib/cluster/cluster-api.ts';
import { nodeLaunchSeconds } from '../../../lib/cluster/readiness.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import { FakeClusterApi, workload } from '../../lib/cluster/fake-cluster-api.ts';
import { auroraStore } from '../../lib/data/aurora-world.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { active, sampleApplication, samplePlan } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const start = '2026-03-01T12:00:00.000Z';
const startMs = Date.parse(start);
const check = { kind: 'http', namespace: 'shop', service: 'cart', port: 80, path: '/', expectStatus: 200 } as const;
const plan = samplePlan({
  clusters: [
    { kind: 'eks', name: 'main', regions: {} },
    { kind: 'eks', name: 'batch', regions: {} },
  ],
  applications: [
    sampleApplication('shop', { checks: [check] }),
    sampleApplication('mail', { cluster: 'batch' }),
    sampleApplication('jobs', { dependsOn: ['mail'] }),
  ],
});
const input = (...applications: string[]) => ({
  executionArn: 'arn:execution',
  incidentId: 'incident',
  epoch: 5,
  wave: { number: 1, applications },
});
const captured = (name: string, namespace: string, cluster: string, replicas = 2): CapturedWorkload => ({
  cluster,
  kind: 'Deployment',
  namespace,
  name,
  replicas,
});

/** Its pods are ready some seconds after it was scaled. */
class StartingCluster extends FakeClusterApi {
  readonly runtime: FakeRuntime;
  readonly startSeconds: number;
  readonly scaledAtMs = new Map<string, number>();

  constructor(runtime: FakeRuntime, startSeconds: number) {
    super();
    this.runtime = runtime;
    this.startSeconds = startSeconds;
  }
  override async scale(name: WorkloadName, replicas: number) {
    await super.scale(name, replicas);
    this.scaledAtMs.set(name.name, this.runtime.nowMs());
    this.workloads = this.workloads.map((one) => (one.name === name.name ? { ...one, replicas } : one));
  }
  override async listWorkloads(namespace: string) {
    return (await super.listWorkloads(namespace)).map((one) => {
      const sinceMs = this.runtime.nowMs() - (this.scaledAtMs.get(one.name) ?? Number.POSITIVE_INFINITY);
      return sinceMs >= this.startSeconds * 1000 ? { ...one, readyReplicas: one.replicas } : one;
    });
  }
}

async function world(ready: readonly string[] = ['platform'], startSeconds = 4) {
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
  const runtime = new FakeRuntime({ now: start });
  const [main, batch] = [new StartingCluster(runtime, startSeconds), new StartingCluster(runtime, startSeconds)];
  const down = { replicas: 0, readyReplicas: 0 };
  main.workloads = [workload({ name: 'cart', ...down }), workload({ name: 'dns', namespace: 'kube-system', ...down })];
  main.services.set('shop/cart:80/', 200);
  batch.workloads = [
    workload({ name: 'smtp', namespace: 'mail', ...down }),
    workload({ name: 'dns', namespace: 'kube-system', ...down }),
  ];
  const journal = new Journal({ client, tableName: 'journal', nowMs: runtime.nowMs });
  const became = (application: string) =>
    journal.append({
      incidentId: 'incident',
      executionArn: 'arn:execution',
      kind: 'application-ready',
      subject: application,
      detail: { wave: 0, application },
    });
  for (const application of ready) await became(application);
  const record = {
    estate: 'shop',
    epoch: 5,
    activeRegion: active,
    phase: 'claimed' as const,
    leaseExpiresAt: 0,
    claimedBy: 'arn:execution',
    claimedAt: '2026-03-01T00:00:00Z',
  };
  const dependencies = {
    plan,
    runtime,
    authority: { read: async () => record },
    captures,
    clusters: async ({ name }: { name: string }) => (name === 'main' ? main : batch),
    journal,
    signal: new AbortController().signal,
  };
  const recover = (...applications: string[]) => runtime.run(recoverWave(input(...applications), dependencies));
  const secondsPassed = () => (runtime.nowMs() - startMs) / 1000;
  const written = async () => (await journal.read('incident')).slice(ready.length);
  return { main, batch, runtime, dependencies, recover, became, secondsPassed, written };
}

describe('an application with a database', () => {
  test('starts when its data takes writes here, and not before', async () => {
    const { dependencies, runtime, main, written } = await world();
    const withData = sampleApplication('shop', { checks: [check], dataStores: [auroraStore('shop-db')] });
    const changed = { ...dependencies, plan: { ...plan, applications: [withData] } };
    const waiting = await runtime.run(recoverWave(input('shop'), changed));
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'shop waits for its data' });
    expect([main.calls, await written()]).toEqual([[], []]);
    const entry = { incidentId: 'incident', executionArn: 'arn:execution', kind: 'data-promoted' } as const;
    await dependencies.journal.append({ ...entry, subject: 'shop', detail: { application: 'shop' } });
    expect(await runtime.run(recoverWave(input('shop'), changed))).toMatchObject({ state: 'ready' });
  });
});

describe('a wave', () => {
  test('is started, looked at every half second, and written down when all of it is ready', async () => {
    const { recover, secondsPassed, written, main } = await world();
    expect(await recover('shop', 'mail')).toEqual({
      state: 'ready',
      reason: 'all pods are ready and all checks pass',
      startedAt: start,
      ready: 2,
      applications: 2,
    });
    expect(secondsPassed()).toBe(4);
    expect(main.calls).toEqual(['scale Deployment shop/cart 2']);
    expect(await written()).toMatchObject([
      { kind: 'wave-scaling-started', detail: { applications: ['shop', 'mail'] } },
      // Nobody waits for the other's check.
      { kind: 'application-ready', detail: { application: 'mail' } },
      { kind: 'application-ready', detail: { application: 'shop' } },
      { kind: 'wave-ready', detail: { wave: 1, applications: ['shop', 'mail'] } },
    ]);
  });

  test('that was ready before is ready again at once and does nothing twice', async () => {
    const { recover, written, main, secondsPassed } = await world();
    await recover('shop');
    const before = await written();
    expect((await recover('shop')).state).toBe('ready');
    expect(secondsPassed()).toBe(4);
    expect(main.calls).toHaveLength(1);
    expect(await written()).toEqual(before);
  });

  test('waits for the platform and touches no application before it', async () => {
    const { recover, main, secondsPassed } = await world([]);
    expect(await recover('shop')).toEqual({
      state: 'waiting',
      reason: 'shop waits for what it depends on',
      ready: 0,
      applications: 1,
    });
    expect(main.calls).toEqual([]);
    expect(secondsPassed()).toBeLessThan(50);
    expect(secondsPassed()).toBeGreaterThan(48);
  });

  test('starts a member as soon as its dependencies are ready, and doesn’t hold up the others for it', async () => {
    const { recover, runtime, became, main, dependencies } = await world();
    const waiting = runtime.run(
      (async () => {
        const whole = recoverWave(input('shop', 'jobs'), dependencies);
        await runtime.sleep(10_200);
        expect(main.scaledAtMs.get('cart')).toBe(startMs);
        await became('mail');
        return whole;
      })(),
    );
    expect((await waiting).state).toBe('ready');
    // Its first look after 10.2 s.
    expect((runtime.nowMs() - startMs) / 1000).toBe(10.5);
    expect((await recover('shop', 'jobs')).state).toBe('ready');
  });

  test('waits for pods and failing checks and says for what first', async () => {
    const { recover, main, written } = await world(['platform', 'mail'], 1000);
    expect(await recover('shop', 'jobs')).toMatchObject({
      state: 'waiting',
      reason: 'Deployment shop/cart has 0 of 2 pods ready',
      ready: 1,
      applications: 2,
    });
    main.workloads = [workload({ name: 'cart', replicas: 2, readyReplicas: 2 })];
    main.services.set('shop/cart:80/', 500);
    expect(await recover('shop')).toMatchObject({ reason: 'check shop/cart:80/ answered 500 instead of 200' });
    expect((await written()).map(({ kind }) => kind)).not.toContain('wave-ready');
  });

  test('is short when pods have had no node for longer than nodes take to come', async () => {
    const { recover, main, runtime, written } = await world(['platform'], 1000);
    const pod = { namespace: 'shop', name: 'cart-1', labels: { app: 'cart' }, ready: false, waitingReasons: [] };
    main.pods = [{ ...pod, unschedulableSinceMs: startMs, unschedulableMessage: '0/2 nodes are available' }];
    expect((await recover('shop')).state).toBe('waiting');
    runtime.advance(nodeLaunchSeconds - (runtime.nowMs() - startMs) / 1000);
    const reason = 'pod shop/cart-1 has had no node for 240 s: 0/2 nodes are available';
    expect(await recover('shop')).toMatchObject({ state: 'short', reason });
    expect((await written()).at(-1)).toMatchObject({ kind: 'wave-short', detail: { applications: ['shop'], reason } });
  });

  test('is late a quarter of an hour after its start, however long it waited to be started', async () => {
    const { recover, runtime, became } = await world([], 10_000);
    runtime.advance(2000);
    expect((await recover('shop')).state).toBe('waiting');
    await became('platform');
    expect((await recover('shop')).state).toBe('waiting');
    runtime.advance(900);
    expect(await recover('shop')).toMatchObject({
      state: 'late',
      reason: 'not ready 15 minutes after its start: Deployment shop/cart has 0 of 2 pods ready',
    });
  });

  test('of the platform counts all clusters that have a part of it, and waits for nothing', async () => {
    const { recover, batch } = await world([], 1000);
    batch.workloads = batch.workloads.map((one) => ({ ...one, replicas: 2, readyReplicas: 2 }));
    expect(await recover('platform')).toMatchObject({
      state: 'waiting',
      reason: 'Deployment kube-system/dns has 0 of 2 pods ready',
    });
  });

  test('can not be asked about what was never captured', async () => {
    const { dependencies } = await world();
    const unknown = { ...dependencies, plan: samplePlan({ applications: [sampleApplication('unknown')] }) };
    await expect(recoverWave(input('unknown'), unknown)).rejects.toMatchObject({ name: 'CaptureMissingError' });
  });
});
