import { describe, expect, test } from '@jest/globals';
import { gateIngress } from '../../../lambdas/gate-ingress/gate-ingress.ts';
import { DependencyUnavailableError } from '../../../lambdas/shared/errors.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { ClosedIngressStore } from '../../../lib/cluster/closed-ingress-store.ts';
import { IngressGate } from '../../../lib/cluster/ingress-gate.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import { FakeClusterApi, workload } from '../../lib/cluster/fake-cluster-api.ts';
import { FakeMetrics } from '../shared/fake-metrics.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const nginx = { name: 'nginx', namespace: 'ingress' };

/** A cluster that does what it is told at once; `stuck` pods stay ready. */
class Ingress extends FakeClusterApi {
  stuck = false;

  override async scale(target: Parameters<FakeClusterApi['scale']>[0], replicas: number) {
    await super.scale(target, replicas);
    this.workloads = this.workloads.map((one) =>
      one.name === target.name ? { ...one, replicas, readyReplicas: this.stuck ? one.readyReplicas : replicas } : one,
    );
  }
}

async function setUp(region = active) {
  const { client } = new SimulatedTables();
  const runtime = new FakeRuntime({ region, now: '2026-03-01T12:00:00.000Z' });
  const inRegion = { clusterName: 'main', autoscaler: 'none', nodeGroups: [] } as const;
  const plan = samplePlan({
    clusters: [{ kind: 'eks', name: 'main', regions: { [active]: inRegion, [standby]: inRegion } }],
    platform: {
      ...samplePlan().platform,
      components: [
        { role: 'ingress', name: 'nginx', cluster: 'main', namespaces: ['ingress'] },
        { role: 'cluster-dns', name: 'coredns', cluster: 'main', namespaces: ['kube-system'] },
      ],
    },
  });
  const api = new Ingress();
  api.workloads = [
    workload({ ...nginx, replicas: 3, readyReplicas: 3 }),
    workload({ name: 'default-backend', namespace: 'ingress', replicas: 0, readyReplicas: 0 }),
    workload({ name: 'coredns', namespace: 'kube-system', replicas: 2, readyReplicas: 2 }),
  ];
  const authority = new Authority({ client, tableName: 'authority', estate: plan.estate });
  await authority.bootstrap({ region: active, nowMs: runtime.nowMs(), leaseSeconds: 60 });
  const journal = new Journal({ client, tableName: 'journal', nowMs: runtime.nowMs });
  const metrics = new FakeMetrics();
  const dependencies = {
    runtime,
    metrics,
    authority,
    gate: new IngressGate({ plan, clusters: async () => api }),
    store: new ClosedIngressStore({ client, tableName: 'coordination' }),
    journal,
    signal: new AbortController().signal,
  };
  const askFor = (seconds: number) =>
    authority.requestYield({
      region: standby,
      observedEpoch: 1,
      request: { requestedBy: 'arn:execution', incidentId: 'incident', untilMs: runtime.nowMs() + seconds * 1000 },
    });
  const claimed = () =>
    authority.claim({
      ...{ region: standby, observedEpoch: 1, executionArn: 'arn:execution', incidentId: 'incident' },
      ...{ nowMs: runtime.nowMs() + 61_001, leaseSeconds: 60 },
    });
  return {
    api,
    authority,
    metrics,
    journal,
    runtime,
    dependencies,
    askFor,
    claimed,
    gate: () => gateIngress({}, dependencies),
  };
}

test('the active region is left as it is', async () => {
  const { api, gate } = await setUp();
  expect(await gate()).toEqual({ ingress: 'open', changed: [], leaseGivenUp: false });
  expect(api.calls).toEqual([]);
});

test('a standby that never was active is left as it is', async () => {
  const { api, gate } = await setUp(standby);
  expect(await gate()).toEqual({ ingress: 'left-alone', changed: [], leaseGivenUp: false });
  expect(api.calls).toEqual([]);
});

describe('a region that is asked for its lease', () => {
  test('closes its ingress and then gives the lease up, once', async () => {
    const { api, authority, journal, runtime, askFor, gate } = await setUp();
    await askFor(80);
    expect(await gate()).toEqual({ ingress: 'closed', changed: ['Deployment ingress/nginx'], leaseGivenUp: true });
    expect(api.calls).toEqual(['scale Deployment ingress/nginx 0']);
    expect(await authority.read()).toMatchObject({ activeRegion: active, leaseExpiresAt: runtime.nowMs() });
    runtime.advance(10);
    expect(await gate()).toMatchObject({ ingress: 'closed', changed: [], leaseGivenUp: true });
    expect(api.calls).toHaveLength(1);
    expect(await journal.read('incident')).toMatchObject([
      { kind: 'ingress-closed', detail: { epoch: 1, workloads: ['Deployment ingress/nginx'], leaseGivenUp: true } },
    ]);
  });

  test('keeps the lease while its ingress still has ready pods', async () => {
    const { api, authority, runtime, askFor, gate } = await setUp();
    const { leaseExpiresAt } = (await authority.read()) ?? { leaseExpiresAt: 0 };
    await askFor(80);
    api.stuck = true;
    const failure = runtime.run(gate());
    await expect(failure).rejects.toBeInstanceOf(DependencyUnavailableError);
    await expect(failure).rejects.toThrow('the ingress still has ready pods after 20 s');
    expect(await authority.read()).toMatchObject({ leaseExpiresAt });
  });

  test('opens again when nobody claimed in time, to what it was, and the request is forgotten', async () => {
    const { api, authority, journal, runtime, askFor, gate } = await setUp();
    await askFor(30);
    await gate();
    runtime.advance(31);
    expect(await gate()).toEqual({ ingress: 'open', changed: ['Deployment ingress/nginx'], leaseGivenUp: false });
    expect(api.calls).toEqual(['scale Deployment ingress/nginx 0', 'scale Deployment ingress/nginx 3']);
    expect(await authority.read()).not.toHaveProperty('yieldRequest');
    expect(await gate()).toMatchObject({ ingress: 'open', changed: [] });
    expect((await journal.read('incident')).at(-1)).toMatchObject({ kind: 'ingress-opened', detail: { epoch: 1 } });
  });

  test('opens nothing that somebody has started meanwhile', async () => {
    const { api, runtime, askFor, gate } = await setUp();
    await askFor(30);
    await gate();
    await api.scale({ kind: 'Deployment', ...nginx }, 1);
    runtime.advance(31);
    await gate();
    expect(api.calls.at(-1)).toBe('scale Deployment ingress/nginx 1');
  });
});

test('a region that was left closes its ingress, also again when something opens it, and gives nothing up', async () => {
  const { api, authority, journal, claimed, gate } = await setUp();
  await claimed();
  const before = await authority.read();
  expect(await gate()).toEqual({ ingress: 'closed', changed: ['Deployment ingress/nginx'], leaseGivenUp: false });
  await api.scale({ kind: 'Deployment', ...nginx }, 2);
  expect(await gate()).toMatchObject({ ingress: 'closed', changed: ['Deployment ingress/nginx'] });
  expect(await gate()).toMatchObject({ ingress: 'closed', changed: [] });
  expect(await authority.read()).toEqual(before);
  expect(await journal.read('incident')).toMatchObject([{ kind: 'ingress-closed', detail: { epoch: 2 } }]);
});

test('a plan without an ingress yields at once', async () => {
  const { dependencies, askFor } = await setUp();
  await askFor(30);
  const gate = new IngressGate({ plan: samplePlan(), clusters: async () => new FakeClusterApi() });
  expect(await gateIngress({}, { ...dependencies, gate })).toEqual({
    ingress: 'closed',
    changed: [],
    leaseGivenUp: true,
  });
});

test('every run tells whether it did its duty', async () => {
  const { api, metrics, runtime, askFor, gate } = await setUp();
  await gate();
  await askFor(80);
  api.stuck = true;
  await runtime.run(gate()).catch(() => {});
  expect(metrics.valuesOf('Beats')).toEqual([1, 0]);
});
