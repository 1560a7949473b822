import { describe, expect, test } from '@jest/globals';
import { ClientMetrics } from '../../../../lib/rehearsal/estate/client-metrics.ts';
import { Clients, clientTimeoutMs } from '../../../../lib/rehearsal/estate/clients.ts';
import { dataStoresOf } from '../../../../lib/rehearsal/estate/data-stores.ts';
import { GrayFailures } from '../../../../lib/rehearsal/estate/gray-failure.ts';
import { LoadBalancer } from '../../../../lib/rehearsal/estate/load-balancer.ts';
import { ServingModel } from '../../../../lib/rehearsal/estate/serving-model.ts';
import type { AuthoritativeAnswer } from '../../../../lib/rehearsal/network/name-authority.ts';
import { SimulatedInternet } from '../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../lib/rehearsal/world/weather.ts';
import { application, dnsName, smallPlan } from '../small-plan.ts';
import { startMs, testKernel } from '../test-kernel.ts';
import { FakeClusterView } from './fake-cluster-view.ts';

const active = 'eu-central-1';
const standby = 'eu-west-1';

function world(plan = smallPlan(), prepare: (view: FakeClusterView, region: string) => void = () => {}) {
  const kernel = testKernel();
  const weather = new RegionWeather();
  const internet = new SimulatedInternet({ kernel, weather });
  const views = new Map([active, standby].map((region) => [region, new FakeClusterView()]));
  for (const [region, view] of views) {
    view.service('orders', 'orders', 2);
    view.service('web', 'web', 2);
    view.service('web', 'unused', 0);
    view.workload('Deployment', 'web', 'web', 2);
    view.workload('DaemonSet', 'ingress-nginx', 'nginx', 3);
    prepare(view, region);
  }
  const stores = dataStoresOf(plan, [], () => ({ takesWrites: () => true, reachedUntilMs: (atMs) => atMs }));
  const model = new ServingModel({
    plan,
    nowMs: () => kernel.nowMs,
    clusters: new Map([...views].map(([region, view]) => [region, new Map([['main', view]])])),
    dataStores: stores,
  });
  model.learn(active);
  const gray = new GrayFailures(kernel);
  const served: string[] = [];
  const onServed = (name: string, region: string) => served.push(`${name}@${region}`);
  for (const region of [active, standby]) {
    internet.registerHost(
      `lb.${region}.shop.example`,
      new LoadBalancer({ kernel, plan, region, model, gray, dataStores: stores, onServed }),
    );
  }
  let target = active;
  internet.addNameAuthority({
    serversFor: () => ['10.0.0.53'],
    addressOf: () => undefined,
    ask: (): AuthoritativeAnswer => ({
      kind: 'records',
      type: 'CNAME',
      values: [`lb.${target}.shop.example`],
      ttlSeconds: 60,
    }),
  });
  let activeRegion = active;
  const recorded: { region: string; name: string; dimensions: object; value: number }[] = [];
  const metrics = new ClientMetrics({
    kernel,
    plan,
    isUp: (region) => weather.regionUp(region),
    activeRegion: () => activeRegion,
    metrics: {
      record: (region, _namespace, name, dimensions, value) => recorded.push({ region, name, dimensions, value }),
    },
  });
  const clients = new Clients({
    kernel,
    plan,
    internet,
    model,
    gray,
    metrics,
    dataStores: stores,
    activeRegion: () => activeRegion,
    onServed,
  });
  return {
    kernel,
    weather,
    model,
    clients,
    stores,
    gray,
    recorded,
    served,
    view: (region: string) => views.get(region) ?? new FakeClusterView(),
    pointTo: (region: string) => {
      target = region;
    },
    activate: (region: string) => {
      activeRegion = region;
    },
  };
}

const rate = (outcomes: readonly { succeeded: boolean }[]) =>
  outcomes.filter((one) => one.succeeded).length / outcomes.length;

describe('a request to an application', () => {
  test('succeeds where its own services and those of its dependencies have ready endpoints', () => {
    const { model } = world();
    expect(model.application('web', active)).toBeUndefined();
    expect(model.application('web', standby)).toBeUndefined();
  });

  test('fails with the name of what is not ready', async () => {
    const { model, view, kernel } = world();
    view(standby).endpoints.set('orders/orders', 0);
    expect(model.application('web', standby)).toBe('orders: no ready endpoint of Service orders/orders');
    view(standby).endpoints.set('orders/orders', 1);
    view(standby).workload('Deployment', 'web', 'web', 0);
    await kernel.run(startMs + 1);
    expect(model.application('web', standby)).toBe('no ready pod of Deployment web/web');
  });

  test('is not held up by a service that never had endpoints', () => {
    const { model } = world();
    expect(model.application('web', active)).toBeUndefined();
  });

  test('fails in a region that is dark or that the plan does not have', () => {
    const { model, view } = world();
    view(active).dark = true;
    expect(model.application('orders', active)).toBe('eu-central-1 is dark');
    expect(model.application('orders', 'us-east-1')).toBe('us-east-1 is dark');
    expect(model.application('nobody', active)).toContain('no application nobody');
  });

  test('fails where its data is not, and so do its dependants', () => {
    const plan = smallPlan({
      applications: [
        application('orders', { dataStores: [{ name: 'orders-db', kind: 'in-cluster' }] }),
        application('web', { dependsOn: ['orders'] }),
      ],
    });
    const { model } = world(plan);
    expect(model.application('orders', active)).toBeUndefined();
    expect(model.application('orders', standby)).toContain("data of orders-db isn't in eu-west-1");
    expect(model.application('web', standby)).toContain('orders: the data of orders-db');
  });
});

describe('scheduled work', () => {
  const nightly = (view: FakeClusterView, region: string) => {
    view.cronJob('orders', 'nightly', region === standby);
    view.cronJob('orders', 'retired', true);
  };

  test('that ran in the active region must not be suspended where the application works', () => {
    const { model, view } = world(smallPlan(), nightly);
    expect(model.application('orders', active)).toBeUndefined();
    expect(model.application('orders', standby)).toBe('CronJob orders/nightly is suspended');
    view(standby).cronJob('orders', 'nightly', undefined);
    expect(model.application('orders', standby)).toBe('no CronJob orders/nightly');
    view(standby).cronJob('orders', 'nightly', false);
    expect(model.application('orders', standby)).toBeUndefined();
  });

  test('holds up neither the requests to its application nor those who depend on it', () => {
    const { model } = world(smallPlan(), nightly);
    expect(model.request('orders', standby)).toBeUndefined();
    expect(model.application('web', standby)).toBeUndefined();
  });

  test('is missed by the users of its application, behind a public name and inside, though their requests are served', async () => {
    const { kernel, clients, pointTo, activate, served, stores } = world(smallPlan(), (view, region) => {
      nightly(view, region);
      view.cronJob('web', 'digest', region === standby);
    });
    const writes: string[] = [];
    stores.get('orders')?.[0]?.onAcknowledged((write) => writes.push(write.region));
    pointTo(standby);
    activate(standby);
    clients.start();
    await kernel.run(startMs + 10_000);
    for (const name of ['web', 'orders']) expect(rate(clients.logOf(name).outcomes)).toBe(0);
    expect(new Set(served)).toEqual(new Set(['web@eu-west-1', 'orders@eu-west-1']));
    expect(new Set(writes)).toEqual(new Set(['eu-west-1']));
  });

  test('is missed no longer once it is resumed', async () => {
    const { kernel, clients, pointTo, view } = world(smallPlan(), nightly);
    pointTo(standby);
    clients.start();
    await kernel.run(startMs + 10_000);
    view(standby).cronJob('orders', 'nightly', false);
    await kernel.run(startMs + 20_000);
    const { outcomes } = clients.logOf('orders');
    expect(outcomes.filter((one) => one.succeeded).every((one) => one.sentAtMs >= startMs + 10_000)).toBe(true);
    expect(outcomes.filter((one) => one.sentAtMs > startMs + 10_000).every((one) => one.succeeded)).toBe(true);
  });

  test('of the platform is part of the platform, and not of what the ingress needs', () => {
    const { model } = world(smallPlan(), (view, region) => view.cronJob('ingress-nginx', 'prune', region === standby));
    expect(model.platform(active)).toBeUndefined();
    expect(model.platform(standby)).toBe('CronJob ingress-nginx/prune is suspended');
    expect(model.ingress(standby)).toBeUndefined();
  });
});

describe('the platform', () => {
  test('needs the pods that were ready while all was well', async () => {
    const { model, view, kernel } = world();
    expect(model.platform(standby)).toBeUndefined();
    view(standby).workload('DaemonSet', 'ingress-nginx', 'nginx', 0);
    await kernel.run(startMs + 1);
    expect(model.platform(standby)).toBe('no ready pod of DaemonSet ingress-nginx/nginx');
    expect(model.ingress(standby)).toBe('no ready pod of DaemonSet ingress-nginx/nginx');
  });
});

describe('clients', () => {
  test('ask every application once a second, and all is well while nothing breaks', async () => {
    const { kernel, clients, served } = world();
    clients.start();
    await kernel.run(startMs + 60_000);
    for (const log of [clients.logOf('web'), clients.logOf('orders'), clients.platformLog]) {
      expect(log.outcomes.length).toBeGreaterThanOrEqual(59);
      expect(rate(log.outcomes)).toBe(1);
    }
    expect(new Set(served)).toEqual(new Set(['web@eu-central-1', 'orders@eu-central-1']));
    expect(() => clients.logOf('nobody')).toThrow('nobody');
  });

  test('write every third time, and the store counts what it acknowledged', async () => {
    const { kernel, clients, stores } = world();
    const writes: string[] = [];
    stores.get('orders')?.[0]?.onAcknowledged((write) => writes.push(write.region));
    clients.start();
    await kernel.run(startMs + 60_000);
    expect(writes.length).toBeGreaterThanOrEqual(19);
    expect(writes.length).toBeLessThanOrEqual(21);
  });

  test('of a dark region wait for their time-out, and follow the name once their resolver forgets', async () => {
    const { kernel, weather, clients, pointTo, view } = world();
    clients.start();
    await kernel.run(startMs + 10_000);
    view(active).dark = true;
    weather.setRegionDown(active);
    pointTo(standby);
    await kernel.run(startMs + 130_000);
    const { outcomes } = clients.logOf('web');
    const failed = outcomes.filter((one) => !one.succeeded).map((one) => one.sentAtMs - startMs);
    expect(failed.length).toBeGreaterThan(30);
    expect(Math.max(...failed)).toBeLessThan(63_000);
    expect(
      Math.max(
        ...clients
          .logOf('orders')
          .outcomes.filter((one) => !one.succeeded)
          .map((one) => one.sentAtMs - startMs),
      ),
    ).toBeLessThan(63_000);
    expect(clientTimeoutMs).toBeLessThan(10_000);
  });

  test('get 503 from an ingress without ready pods behind it', async () => {
    const { kernel, clients, view } = world();
    view(active).workload('DaemonSet', 'ingress-nginx', 'nginx', 0);
    clients.start();
    await kernel.run(startMs + 10_000);
    expect(rate(clients.logOf('web').outcomes)).toBe(0);
  });

  test('of applications that no public name leads to go where the authority says', async () => {
    const plan = smallPlan({ applications: [application('orders')] });
    const { kernel, clients, activate, view } = world(plan);
    view(active).dark = true;
    activate(standby);
    clients.start();
    await kernel.run(startMs + 5000);
    expect(rate(clients.logOf('orders').outcomes)).toBe(1);
    expect(rate(clients.platformLog.outcomes)).toBe(1);
  });

  test('inside follow the name of an application far up the chain', async () => {
    const plan = smallPlan({
      applications: [
        application('orders'),
        application('middle', { dependsOn: ['orders'] }),
        application('web', { dependsOn: ['middle'], dns: [dnsName('www.shop.example')] }),
      ],
    });
    const { kernel, clients, pointTo, served } = world(plan);
    pointTo(standby);
    clients.start();
    await kernel.run(startMs + 5000);
    expect(served).toContain('orders@eu-west-1');
    expect(served).not.toContain('orders@eu-central-1');
  });
});

describe('a region that is up and not well', () => {
  const canary = (metricName: string) => ({
    namespace: 'Canary',
    metricName,
    dimensions: { Region: '{region}' },
  });
  const plan = smallPlan();
  const watched = smallPlan({
    detection: {
      ...plan.detection,
      degradation: {
        forSeconds: 120,
        errors: { ...canary('Failed'), thresholdPercent: 20 },
        latency: { ...canary('P90'), thresholdMs: 1000 },
      },
    },
  });

  test('fails its clients by chance, and the monitor of the standby says so of it once a minute', async () => {
    const { kernel, clients, gray, recorded, weather } = world(watched);
    clients.start();
    await kernel.run(startMs + 61_000);
    expect(recorded.map(({ region, name, dimensions }) => [region, name, dimensions])).toEqual([
      [standby, 'Failed', { Region: active }],
      [standby, 'P90', { Region: active }],
    ]);
    expect(recorded[0]?.value).toBe(0);
    gray.degrade(active, { errorPercent: 50, extraLatencyMs: 1500 });
    await kernel.run(startMs + 181_000);
    const [, , , , failed, slow] = recorded;
    expect(failed?.value).toBeGreaterThan(25);
    expect(failed?.value).toBeLessThan(75);
    expect(slow?.value).toBeGreaterThan(1500);
    weather.setRegionDown(standby);
    await kernel.run(startMs + 241_000);
    expect(recorded).toHaveLength(6);
  });
});
