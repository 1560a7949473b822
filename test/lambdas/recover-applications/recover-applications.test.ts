import { describe, expect, test } from '@jest/globals';
import { recoverApplications } from '../../../lambdas/recover-applications/recover-applications.ts';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import type { WorkloadKind, WorkloadName } from '../../../lib/cluster/cluster-api.ts';
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
  waves: [{ number: 1, applications }],
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
  looks = 0;
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
  override async listWorkloads(namespace: string, kinds?: readonly WorkloadKind[]) {
    this.looks++;
    return (await super.listWorkloads(namespace, kinds)).map((one) => {
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
  for (const application of ready) {
    await journal.append({
      incidentId: 'incident',
      executionArn: 'arn:execution',
      kind: 'application-ready',
      subject: application,
      detail: { wave: 0, application },
    });
  }
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
  const recover = (...applications: string[]) => runtime.run(recoverApplications(input(...applications), dependencies));
  const secondsPassed = () => (runtime.nowMs() - startMs) / 1000;
  const written = async () => (await journal.read('incident')).slice(ready.length);
  return { main, batch, runtime, dependencies, journal, recover, secondsPassed, written };
}

describe('an application with a database', () => {
  test('starts when its data takes writes here, and not before', async () => {
    const { dependencies, runtime, main, written } = await world();
    const withData = sampleApplication('shop', { checks: [check], dataStores: [auroraStore('shop-db')] });
    const changed = { ...dependencies, plan: { ...plan, applications: [withData] } };
    const waiting = await runtime.run(recoverApplications(input('shop'), changed));
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'shop waits for its data' });
    expect([main.calls, await written()]).toEqual([[], []]);
    const entry = { incidentId: 'incident', executionArn: 'arn:execution', kind: 'data-promoted' } as const;
    await dependencies.journal.append({ ...entry, subject: 'shop', detail: { application: 'shop' } });
    expect(await runtime.run(recoverApplications(input('shop'), changed))).toMatchObject({ state: 'ready' });
  });
});

describe('applications', () => {
  test('are started, looked at every quarter of a second, and written down when they are ready', async () => {
    const { recover, secondsPassed, written, main } = await world();
    expect(await recover('shop', 'mail')).toEqual({
      state: 'ready',
      reason: 'all pods are ready and all checks pass',
      ready: 2,
      applications: 2,
    });
    expect(secondsPassed()).toBe(4);
    expect(main.calls).toEqual(['scale Deployment shop/cart 2']);
    // One list to start it, then one every 250 ms.
    expect(main.looks).toBe(1 + 4 * 4 + 1);
    expect(await written()).toMatchObject([
      { kind: 'wave-scaling-started', detail: { applications: ['mail'] } },
      { kind: 'wave-scaling-started', detail: { applications: ['shop'] } },
      // Nobody waits for the other's check.
      { kind: 'application-ready', detail: { application: 'mail' } },
      { kind: 'application-ready', detail: { application: 'shop' } },
      { kind: 'wave-ready', detail: { wave: 1, applications: ['shop', 'mail'] } },
    ]);
  });

  test('of all waves come up in one invocation, each the moment that the last of what it depends on is ready', async () => {
    const { dependencies, main, batch, secondsPassed, written } = await world([]);
    const waves = ['platform', 'mail', 'jobs'].map((name, number) => ({ number, applications: [name] }));
    main.workloads = main.workloads.map((one) => ({ ...one, replicas: 2, readyReplicas: 2 }));
    const all = await dependencies.runtime.run(recoverApplications({ ...input(), waves }, dependencies));
    expect(all).toMatchObject({ state: 'ready', ready: 3, applications: 3 });
    // Four seconds of the platform in one cluster, four of mail; jobs has no pods.
    expect([secondsPassed(), batch.scaledAtMs.get('smtp')]).toEqual([8, startMs + 4000]);
    expect((await written()).map(({ kind, detail }) => [kind, detail]).slice(-4)).toEqual([
      ['wave-ready', { wave: 1, applications: ['mail'] }],
      ['wave-scaling-started', { wave: 2, applications: ['jobs'] }],
      ['application-ready', { wave: 2, application: 'jobs' }],
      ['wave-ready', { wave: 2, applications: ['jobs'] }],
    ]);
  });

  test('that long chains wait for are scaled before the others: room may be scarce', async () => {
    const { recover, dependencies, main } = await world();
    const write = (name: string) =>
      dependencies.captures.write(
        {
          application: name,
          region: active,
          epoch: 1,
          capturedAtMs: 1,
          workloads: [captured(name, 'shop', 'main')],
          cronJobs: [],
          requiredSecrets: [],
        },
        [],
      );
    const names = ['leaf', 'root', 'middle'];
    for (const name of names) await write(name);
    main.workloads = names.map((name) => workload({ name, replicas: 0, readyReplicas: 0 }));
    const applications = [
      sampleApplication('leaf'),
      sampleApplication('root'),
      sampleApplication('middle', { dependsOn: ['root'] }),
    ];
    const changed = { ...dependencies, plan: { ...plan, applications } };
    expect(await recover()).toMatchObject({ applications: 0 });
    await dependencies.runtime.run(recoverApplications(input('leaf', 'root', 'middle'), changed));
    expect(main.calls.map((call) => call.split(' ')[2])).toEqual(['shop/root', 'shop/leaf', 'shop/middle']);
  });

  test('are not looked at before their probes are', async () => {
    const { recover, main, secondsPassed } = await world(['platform'], 6);
    main.workloads = main.workloads.map((one) => ({ ...one, earliestReadySeconds: 5 }));
    expect(await recover('shop')).toMatchObject({ state: 'ready' });
    expect([secondsPassed(), main.looks]).toEqual([6, 1 + 5]);
  });

  test('that were ready before are ready again at once and nothing is done twice', async () => {
    const { recover, written, main, secondsPassed } = await world();
    await recover('shop');
    const before = await written();
    expect((await recover('shop')).state).toBe('ready');
    expect(secondsPassed()).toBe(4);
    expect(main.calls).toHaveLength(1);
    expect(await written()).toEqual(before);
  });

  test('whose start an earlier invocation has seen are followed on', async () => {
    const { recover, main, secondsPassed, written } = await world(['platform'], 60);
    expect(await recover('shop')).toMatchObject({
      state: 'waiting',
      reason: 'Deployment shop/cart has 0 of 2 pods ready',
      ready: 0,
      applications: 1,
    });
    expect(secondsPassed()).toBe(50);
    expect((await recover('shop')).state).toBe('ready');
    // What has taken a minute is looked at every two seconds.
    expect(secondsPassed()).toBeGreaterThanOrEqual(60);
    expect(secondsPassed()).toBeLessThan(62);
    expect(main.calls).toHaveLength(1);
    expect((await written()).map(({ kind }) => kind)).toEqual([
      'wave-scaling-started',
      'application-ready',
      'wave-ready',
    ]);
  });

  test('that wait for what is in no wave are refused rather than waited for', async () => {
    const { recover, main } = await world([]);
    await expect(recover('shop', 'jobs')).rejects.toThrow('shop, jobs: depends on what is in no wave');
    expect(main.calls).toEqual([]);
  });

  test('wait for pods and failing checks, and it is said for what first', async () => {
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

  test('are short when pods have had no node for longer than nodes take to come', async () => {
    const { recover, main, runtime, written } = await world(['platform'], 1000);
    const pod = { namespace: 'shop', name: 'cart-1', labels: { app: 'cart' }, ready: false, waitingReasons: [] };
    main.pods = [{ ...pod, unschedulableSinceMs: startMs, unschedulableMessage: '0/2 nodes are available' }];
    expect((await recover('shop')).state).toBe('waiting');
    runtime.advance(nodeLaunchSeconds - (runtime.nowMs() - startMs) / 1000);
    const reason = 'pod shop/cart-1 has had no node for 240 s: 0/2 nodes are available';
    const atMs = runtime.nowMs();
    expect(await recover('shop', 'mail')).toMatchObject({ state: 'short', reason: `Wave 1: ${reason}` });
    // What else was under way is not waited for.
    expect(runtime.nowMs() - atMs).toBeLessThan(1000);
    const detail = { applications: ['shop', 'mail'], reason };
    expect((await written()).at(-1)).toMatchObject({ kind: 'wave-short', detail });
  });

  test('are late a quarter of an hour after their start', async () => {
    const { recover, runtime } = await world(['platform'], 10_000);
    runtime.advance(2000);
    expect((await recover('shop')).state).toBe('waiting');
    runtime.advance(900);
    expect(await recover('shop')).toMatchObject({
      state: 'late',
      reason: 'Wave 1: not ready 15 minutes after its start: Deployment shop/cart has 0 of 2 pods ready',
    });
  });

  test('of the platform are those of all clusters that have a part of it, and it waits for nothing', async () => {
    const { recover, batch } = await world([], 1000);
    batch.workloads = batch.workloads.map((one) => ({ ...one, replicas: 2, readyReplicas: 2 }));
    expect(await recover('platform')).toMatchObject({
      state: 'waiting',
      reason: 'Deployment kube-system/dns has 0 of 2 pods ready',
    });
  });

  test('that were never captured can not be recovered, and nothing more is begun', async () => {
    const { dependencies, main, runtime } = await world(['platform'], 20);
    const applications = [sampleApplication('unknown'), ...plan.applications];
    const unknown = { ...dependencies, plan: { ...plan, applications } };
    const asked = runtime.run(recoverApplications(input('unknown', 'shop', 'mail', 'jobs'), unknown));
    await expect(asked).rejects.toMatchObject({ name: 'CaptureMissingError' });
    expect([runtime.nowMs(), main.calls.length]).toEqual([startMs, 1]);
  });

  test('that become ready while another one fails are written down, and nothing starts on them any more', async () => {
    const { dependencies, batch, journal, runtime, written } = await world();
    const entry = { incidentId: 'incident', executionArn: 'arn:execution', subject: 'mail' } as const;
    const started = { wave: 1, applications: ['mail'] };
    await journal.append({ ...entry, kind: 'wave-scaling-started', detail: started });
    batch.workloads = [workload({ name: 'smtp', namespace: 'mail', replicas: 2, readyReplicas: 2 })];
    const applications = [sampleApplication('unknown'), ...plan.applications];
    const unknown = { ...dependencies, plan: { ...plan, applications } };
    const asked = runtime.run(recoverApplications(input('unknown', 'mail', 'jobs'), unknown));
    await expect(asked).rejects.toMatchObject({ name: 'CaptureMissingError' });
    expect((await written()).map(({ kind }) => kind)).toEqual(['wave-scaling-started', 'application-ready']);
  });

  test('end with the invocation’s error when a pause is not given', async () => {
    const { dependencies } = await world();
    const { nowMs, deadline } = dependencies.runtime;
    const runtime = {
      nowMs,
      deadline: deadline.bind(dependencies.runtime),
      sleep: () => Promise.reject(new Error('no timers')),
    };
    await expect(recoverApplications(input('shop'), { ...dependencies, runtime })).rejects.toThrow('no timers');
  });
});
