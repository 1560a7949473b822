import { describe, expect, test } from '@jest/globals';
import type { Pod } from '../../../../../lib/rehearsal/kubernetes/cluster.ts';
import { configMap, deployment, Laboratory, object, podTemplate, service } from '../laboratory.ts';

function waiting(lab: Laboratory): (string | undefined)[] {
  return lab.cluster.objects('Pod', 'shop').map((pod) => pod.status?.containerStatuses?.[0]?.state.waiting?.reason);
}

/** Seconds until `holds`, looked at every second; fails after `limit`. */
async function secondsUntil(lab: Laboratory, holds: () => boolean, limit = 900): Promise<number> {
  for (let second = 0; second <= limit; second++) {
    if (holds()) return second;
    await lab.run(1);
  }
  throw new Error(`not within ${limit} s`);
}

const ready = (lab: Laboratory) => () => lab.readyPods().length > 0;

describe('images', () => {
  test('that no registry has back off and are pulled once one has', async () => {
    let available = false;
    const lab = new Laboratory({ behaviour: { imageAvailable: () => available } });
    lab.cluster.load([deployment('web'), service('web')]);
    await lab.run(1);
    expect(waiting(lab)).toEqual(['ErrImagePull']);
    await lab.run(5);
    expect(waiting(lab)).toEqual(['ImagePullBackOff']);
    await lab.run(600);
    expect(lab.cluster.pendingPods).toBe(1);
    available = true;
    const seconds = await secondsUntil(lab, ready(lab));
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThan(330);
  });

  test('are pulled once per node', async () => {
    const lab = new Laboratory({ nodes: 1, latencies: { imagePullMs: 60_000 } });
    lab.cluster.load([deployment('web')]);
    expect(await secondsUntil(lab, ready(lab))).toBeGreaterThan(45);
    lab.cluster.load([deployment('other', {}, podTemplate('other', { image: 'registry/web:1' }))]);
    expect(await secondsUntil(lab, () => lab.readyPods().length === 2)).toBeLessThan(10);
    lab.cluster.load([
      deployment('fresh', {}, podTemplate('fresh', { image: 'registry/web:1', imagePullPolicy: 'Always' })),
    ]);
    expect(await secondsUntil(lab, () => lab.readyPods().length === 3)).toBeLessThan(10);
    lab.addNode(5);
    lab.cluster.removeNode('ip-10-0-0-1.lab');
    expect(await secondsUntil(lab, () => lab.readyPods().length === 3)).toBeGreaterThan(45);
  });
});

describe('configuration', () => {
  const from = (kind: string, name: string, rest = {}) => ({ envFrom: [{ [kind]: { name, ...rest } }] });
  const key = (kind: string, name: string, field: string) => ({
    env: [{ name: 'X', valueFrom: { [kind]: { name, key: field } } }],
  });
  const secret = (data = {}) => object('v1', 'Secret', 'settings', { data });

  test.each([
    ['a ConfigMap', from('configMapRef', 'settings'), configMap('settings')],
    ['a Secret', from('secretRef', 'settings'), secret()],
    ['a key of a ConfigMap', key('configMapKeyRef', 'settings', 'a'), configMap('settings', { a: '1' })],
    ['a key of a Secret', key('secretKeyRef', 'settings', 'a'), secret({ a: 'MQ==' })],
  ])('that lacks %s holds the container until it is there', async (_what, container, missing) => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', {}, podTemplate('web', container))]);
    await lab.run(60);
    expect(waiting(lab)).toEqual(['CreateContainerConfigError']);
    lab.cluster.load([missing]);
    await lab.run(10);
    expect(lab.readyPods()).toHaveLength(1);
  });

  test('with the wrong key still holds, and is mended by an update', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      configMap('settings', { b: '1' }),
      deployment('web', {}, podTemplate('web', key('configMapKeyRef', 'settings', 'a'))),
    ]);
    await lab.run(60);
    expect(waiting(lab)).toEqual(['CreateContainerConfigError']);
    lab.cluster.load([configMap('settings', { a: '1' })]);
    await lab.run(10);
    expect(lab.readyPods()).toHaveLength(1);
  });

  test('that is optional, or binary, holds nothing', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      object('v1', 'ConfigMap', 'settings', { binaryData: { a: 'AA==' } }),
      deployment('a', {}, podTemplate('a', from('configMapRef', 'gone', { optional: true }))),
      deployment('b', {}, podTemplate('b', key('configMapKeyRef', 'settings', 'a'))),
    ]);
    await lab.run(30);
    expect(lab.readyPods()).toHaveLength(2);
  });

  test('in volumes keeps the pod in ContainerCreating until it is there', async () => {
    const lab = new Laboratory();
    const volumes = [
      { name: 'a', configMap: { name: 'settings' } },
      { name: 'b', secret: { secretName: 'settings' } },
      { name: 'c', secret: { secretName: 'gone', optional: true } },
    ];
    lab.cluster.load([deployment('web', {}, podTemplate('web', {}, { volumes }))]);
    await lab.run(30);
    expect(waiting(lab)).toEqual(['ContainerCreating']);
    lab.cluster.load([configMap('settings')]);
    await lab.run(5);
    expect(waiting(lab)).toEqual(['ContainerCreating']);
    lab.cluster.load([secret()]);
    await lab.run(20);
    expect(lab.readyPods()).toHaveLength(1);
  });
});

describe('a crashing container', () => {
  test('is restarted after 10, 20, 40 … 300 seconds and recovers', async () => {
    let crashing = true;
    const lab = new Laboratory({ behaviour: { crashes: () => crashing } });
    lab.cluster.load([deployment('web')]);
    const restarts = () => lab.cluster.objects('Pod', 'shop')[0]?.status?.containerStatuses?.[0]?.restartCount ?? 0;
    const gaps: number[] = [];
    for (let count = 1; count <= 8; count++) gaps.push(await secondsUntil(lab, () => restarts() >= count));
    expect(waiting(lab)).toEqual(['CrashLoopBackOff']);
    const rounded = gaps.slice(1).map((gap) => Math.round(gap / 10) * 10);
    expect(rounded).toEqual([10, 20, 40, 80, 160, 300, 300]);
    crashing = false;
    expect(await secondsUntil(lab, ready(lab))).toBeLessThan(310);
  });
});

describe('readiness', () => {
  const quick = { latencies: { imagePullMs: 0, containerStartMs: 0, applicationStartMs: 12_000, scheduleMs: 0 } };
  const until = async (container: Record<string, unknown>) => {
    const lab = new Laboratory(quick);
    lab.cluster.load([deployment('web', {}, podTemplate('web', container))]);
    return secondsUntil(lab, ready(lab));
  };

  test('without a probe is the start itself', async () => {
    expect(await until({})).toBeLessThan(3);
  });

  test('with a probe is its first success once the application answers', async () => {
    expect(await until({ readinessProbe: { periodSeconds: 1 } })).toBeLessThan(17);
    expect(await until({ readinessProbe: { periodSeconds: 30 } })).toBeGreaterThanOrEqual(30);
    expect(await until({ readinessProbe: { initialDelaySeconds: 60 } })).toBeGreaterThanOrEqual(60);
    expect(await until({ readinessProbe: { periodSeconds: 20, successThreshold: 3 } })).toBeGreaterThanOrEqual(60);
  });

  test('waits for the startup probe', async () => {
    expect(
      await until({ startupProbe: { initialDelaySeconds: 90 }, readinessProbe: { periodSeconds: 1 } }),
    ).toBeGreaterThanOrEqual(90);
    expect(await until({ startupProbe: { initialDelaySeconds: 45 } })).toBeGreaterThanOrEqual(45);
  });

  test('waits for readiness gates of others', async () => {
    const lab = new Laboratory();
    const gates = { readinessGates: [{ conditionType: 'target-health' }] };
    lab.cluster.load([deployment('web', {}, podTemplate('web', {}, gates)), service('web')]);
    await lab.run(60);
    const [pod] = lab.cluster.objects('Pod', 'shop');
    expect(pod?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ContainersReady', status: 'True' }),
    );
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
  });
});

describe('init containers', () => {
  const init = (name: string, rest = {}) => ({ name, image: `registry/${name}:1`, ...rest });
  const statuses = (pod: Pod | undefined) =>
    pod?.status?.initContainerStatuses?.map((each) => Object.keys(each.state)[0]);

  test('run one after the other before the containers; a sidecar goes on running', async () => {
    const lab = new Laboratory();
    const initContainers = [init('proxy', { restartPolicy: 'Always' }), init('migrate')];
    lab.cluster.load([deployment('web', {}, podTemplate('web', {}, { initContainers }))]);
    await lab.run(2);
    expect(lab.cluster.objects('Pod', 'shop')[0]?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Initialized', status: 'False' }),
    );
    await lab.run(40);
    expect(statuses(lab.cluster.objects('Pod', 'shop')[0])).toEqual(['running', 'terminated']);
    expect(lab.readyPods()).toHaveLength(1);
  });

  test('that crash hold the pod', async () => {
    const lab = new Laboratory({ behaviour: { crashes: (_pod, container) => container === 'migrate' } });
    lab.cluster.load([deployment('web', {}, podTemplate('web', {}, { initContainers: [init('migrate')] }))]);
    await lab.run(120);
    expect(lab.readyPods()).toEqual([]);
    expect(lab.cluster.objects('Pod', 'shop')[0]?.status?.initContainerStatuses?.[0]?.restartCount).toBeGreaterThan(2);
  });
});

describe('the end of a pod', () => {
  test('takes it out of the traffic at once and from the cluster after its containers ended', async () => {
    const lab = new Laboratory({ latencies: { terminateMs: 10_000 } });
    lab.cluster.load([deployment('web'), service('web')]);
    await lab.run(30);
    const [name] = lab.readyPods();
    lab.ask('DELETE', `/api/v1/namespaces/shop/pods/${name}`);
    await lab.run(3);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
    expect(lab.get(`/api/v1/namespaces/shop/pods/${name}`).body.metadata.deletionTimestamp).toBeDefined();
    await lab.run(12);
    expect(lab.get(`/api/v1/namespaces/shop/pods/${name}`).status).toBe(404);
  });
});

describe('endpoints', () => {
  test('name ready pods and resolve named ports', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 }), service('web')]);
    await lab.run(30);
    const [slice] = lab.cluster.objects('EndpointSlice', 'shop');
    expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(slice?.endpoints).toHaveLength(2);
    expect(lab.get('/api/v1/namespaces/shop/endpoints/web').body.subsets[0].addresses).toHaveLength(2);
  });

  test('count unready pods where the service publishes them', async () => {
    const lab = new Laboratory();
    const template = podTemplate('web', { readinessProbe: { initialDelaySeconds: 600 } });
    lab.cluster.load([deployment('web', {}, template), service('web', { publishNotReadyAddresses: true })]);
    await lab.run(30);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(1);
  });

  test('of a service without selector are those that somebody wrote', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      object('v1', 'Service', 'outside', { spec: { ports: [{ port: 5432, targetPort: 'named' }] } }),
      object('v1', 'Endpoints', 'outside', {
        subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 5432 }] }],
      }),
    ]);
    await lab.run(5);
    expect(lab.cluster.readyEndpoints('shop', 'outside')).toBe(1);
  });

  test('follow labels and go with their service', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web'), service('web', { ports: [{ port: 80 }] })]);
    await lab.run(30);
    const [name] = lab.readyPods();
    lab.ask(
      'PATCH',
      `/api/v1/namespaces/shop/pods/${name}`,
      { metadata: { labels: { app: 'quarantine' }, ownerReferences: null } },
      { type: 'application/merge-patch+json' },
    );
    await lab.run(2);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
    lab.ask('DELETE', '/api/v1/namespaces/shop/services/web');
    await lab.run(5);
    expect(lab.cluster.objects('Endpoints', 'shop')).toEqual([]);
    expect(lab.cluster.objects('EndpointSlice', 'shop')).toEqual([]);
  });
});
