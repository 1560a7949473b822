import { describe, expect, test } from '@jest/globals';
import type { CapturedWorkload } from '../../../lib/cluster/capture.ts';
import type { PodState } from '../../../lib/cluster/cluster-api.ts';
import { nodeLaunchSeconds, type ReadinessQuestion, readiness } from '../../../lib/cluster/readiness.ts';
import { autoscaler, FakeClusterApi, workload } from './fake-cluster-api.ts';

const scaledAtMs = Date.UTC(2026, 0, 1);
const wanted: CapturedWorkload = { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'cart', replicas: 3 };
const check = {
  kind: 'http',
  namespace: 'shop',
  service: 'cart',
  port: 80,
  path: '/health',
  expectStatus: 200,
} as const;

function ask(api: FakeClusterApi, overrides: Partial<ReadinessQuestion> = {}) {
  return readiness({ api, workloads: [wanted], checks: [check], scaledAtMs, nowMs: scaledAtMs + 1000, ...overrides });
}

function pod(overrides: Partial<PodState>): PodState {
  return { namespace: 'shop', name: 'cart-1', labels: { app: 'cart' }, ready: false, waitingReasons: [], ...overrides };
}

describe('readiness of a scope', () => {
  test('it is ready when all pods are ready and every check answers as the plan expects', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 3 })];
    api.services.set('shop/cart:80/health', 200);
    expect(await ask(api)).toMatchObject({ ready: true, readyPods: 3, desiredPods: 3, failingChecks: [] });
  });

  test('ready pods with a failing check are not ready', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 3 })];
    api.services.set('shop/cart:80/health', 500);
    const result = await ask(api);
    expect(result.ready).toBe(false);
    expect(result.failingChecks).toEqual(['check shop/cart:80/health answered 500 instead of 200']);
  });

  test('a status from before the newest spec counts for nothing', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 3, statusIsCurrent: false })];
    api.services.set('shop/cart:80/health', 200);
    expect(await ask(api)).toMatchObject({ ready: false, readyPods: 0 });
  });

  test('it says what its containers wait for', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 1 })];
    api.pods = [
      pod({ waitingReasons: ['ImagePullBackOff'] }),
      pod({ name: 'other', labels: { app: 'x' }, waitingReasons: ['X'] }),
    ];
    expect((await ask(api)).waitingFor).toEqual(['Deployment shop/cart has 1 of 3 pods ready (ImagePullBackOff)']);
  });

  test('a captured workload that is gone is waited for by name', async () => {
    const result = await ask(new FakeClusterApi());
    expect(result).toMatchObject({ ready: false, desiredPods: 3 });
    expect(result.waitingFor).toEqual(['Deployment shop/cart is not there']);
  });

  test("the maximum of this cluster's autoscaler bounds what is desired, as it bounds the scaling", async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 2, readyReplicas: 2 })];
    api.autoscalers = [autoscaler('cart', 1, 2)];
    api.services.set('shop/cart:80/health', 200);
    const captured = { ...wanted, autoscaler: { name: 'cart', minReplicas: 1, maxReplicas: 10 } };
    expect(await ask(api, { workloads: [captured] })).toMatchObject({ ready: true, desiredPods: 2 });
  });

  test('a workload that ran no pods and is not there is waited for by nobody', async () => {
    const api = new FakeClusterApi();
    api.services.set('shop/cart:80/health', 200);
    const none = { ...wanted, replicas: 0 };
    expect(await ask(api, { workloads: [none] })).toMatchObject({ ready: true, desiredPods: 0, waitingFor: [] });
  });
});

describe('capacity', () => {
  const atLimit = scaledAtMs + nodeLaunchSeconds * 1000;

  function short(since: number, nowMs: number) {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 0 })];
    api.pods = [pod({ unschedulableSinceMs: since, unschedulableMessage: '0/2 nodes are available' })];
    return ask(api, { nowMs });
  }

  test('a pod without a node for longer than nodes take to come is unplaceable', async () => {
    const result = await short(scaledAtMs, atLimit);
    expect(result.unplaceable).toEqual(['pod shop/cart-1 has had no node for 240 s: 0/2 nodes are available']);
  });

  test('one second before that it is only waiting', async () => {
    expect((await short(scaledAtMs, atLimit - 1000)).unplaceable).toEqual([]);
  });

  test('waiting from before the scaling is not held against it', async () => {
    expect((await short(scaledAtMs - 3_600_000, atLimit - 1000)).unplaceable).toEqual([]);
  });

  test('a pod beyond what was captured is no shortfall', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 4, readyReplicas: 3 })];
    api.pods = [pod({ unschedulableSinceMs: scaledAtMs, unschedulableMessage: '0/2 nodes are available' })];
    expect((await ask(api, { nowMs: atLimit })).unplaceable).toEqual([]);
  });

  test('a StatefulSet that starts its pods one after the other is slow, not short', async () => {
    const api = new FakeClusterApi();
    const db = { ...wanted, kind: 'StatefulSet' as const, name: 'db' };
    api.workloads = [workload({ name: 'db', kind: 'StatefulSet', replicas: 3, readyReplicas: 2 })];
    // The third pod exists since the second is ready: its wait counts from its own start.
    const since = { unschedulableSinceMs: atLimit - 1000, unschedulableMessage: 'no node yet' };
    api.pods = [pod({ name: 'db-2', labels: { app: 'db' }, ...since })];
    const result = await ask(api, { workloads: [db], nowMs: atLimit });
    expect(result).toMatchObject({ ready: false, unplaceable: [] });
    expect(result.waitingFor).toEqual(['StatefulSet shop/db has 2 of 3 pods ready']);
  });

  test("another workload's pods are not held against one that selects by expressions alone", async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart', replicas: 3, readyReplicas: 0, matchLabels: {} })];
    api.pods = [pod({ unschedulableSinceMs: scaledAtMs, unschedulableMessage: 'no' })];
    expect((await ask(api, { nowMs: atLimit })).unplaceable).toEqual([]);
  });
});
