import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isTransientFailure } from '../../../lambdas/shared/transient-failure.ts';
import { KubernetesClusterApi } from '../../../lib/cluster/kubernetes-cluster-api.ts';
import { LoopbackServer } from './loopback-server.ts';

let server: LoopbackServer;
let api: KubernetesClusterApi;
beforeEach(async () => {
  server = await LoopbackServer.start();
  api = new KubernetesClusterApi({
    endpoint: server.endpoint,
    certificateAuthority: server.ca,
    bearerToken: async () => 'token',
    timeoutMs: 500,
  });
});
afterEach(() => server.stop());

const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };
const configMaps = { group: '', version: 'v1', resource: 'configmaps' };
const list = (kind: string, items: object[], next?: string) => ({
  json: { apiVersion: 'v1', kind, metadata: next === undefined ? {} : { continue: next }, items },
});
const refusal = (status: number, reason: string, message = 'no') => ({
  status,
  json: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status },
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('lists', () => {
  test('of workloads go over all pages of both kinds, with the token', async () => {
    const turns = { podManagementPolicy: 'OrderedReady' };
    server.script = ({ url }) => {
      if (url.includes('statefulsets'))
        return list('StatefulSetList', [
          { metadata: { name: 'db', namespace: 'shop' } },
          { metadata: { name: 'log', namespace: 'shop' }, spec: { ...turns, template: {}, selector: {} } },
        ]);
      const last = url.includes('continue=more%2F2');
      const containers = [
        {
          name: 'main',
          startupProbe: { initialDelaySeconds: 3 },
          readinessProbe: { initialDelaySeconds: last ? 2 : 7 },
        },
        { name: 'sidecar', readinessProbe: {} },
      ];
      const template = { spec: { containers } };
      const spec = { replicas: 3, selector: { matchLabels: { app: 'cart' } }, template };
      const status = { readyReplicas: 2, observedGeneration: 4 };
      const metadata = {
        name: last ? 'mail' : 'cart',
        namespace: 'shop',
        labels: { a: 'b' },
        generation: last ? 5 : 4,
      };
      return list('DeploymentList', [{ metadata, spec, status }], last ? undefined : 'more/2');
    };
    const common = {
      namespace: 'shop',
      labels: { a: 'b' },
      matchLabels: { app: 'cart' },
      replicas: 3,
      readyReplicas: 2,
      startsInTurn: false,
    };
    const set = {
      kind: 'StatefulSet',
      namespace: 'shop',
      labels: {},
      matchLabels: {},
      replicas: 1,
      readyReplicas: 0,
      earliestReadySeconds: 0,
      statusIsCurrent: true,
    };
    expect(await api.listWorkloads('shop')).toEqual([
      { kind: 'Deployment', name: 'cart', statusIsCurrent: true, earliestReadySeconds: 7, ...common },
      { kind: 'Deployment', name: 'mail', statusIsCurrent: false, earliestReadySeconds: 3, ...common },
      { ...set, name: 'db', startsInTurn: false },
      { ...set, name: 'log', startsInTurn: true },
    ]);
    expect(server.seen).toHaveLength(3);
    for (const { headers } of server.seen) expect(headers.authorization).toBe('Bearer token');
  });

  test('of workloads ask only for the kinds that are wanted', async () => {
    server.script = () => list('StatefulSetList', []);
    expect(await api.listWorkloads('shop', ['StatefulSet'])).toEqual([]);
    expect(server.seen.map(({ url }) => url)).toEqual(['/apis/apps/v1/namespaces/shop/statefulsets?limit=500']);
  });

  test('of pods tell what is ready, what has no node since when, and what containers wait for', async () => {
    const since = '2026-03-01T12:00:00Z';
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    const waiting = (reason?: string) => ({ name: 'c', state: { waiting: { reason } } });
    const pod = (name: string, status: object) => ({
      metadata: { name, namespace: 'shop', labels: { app: 'cart' }, creationTimestamp: '2026-03-01T11:00:00Z' },
      status,
    });
    server.script = () =>
      list('PodList', [
        pod('up', { conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'c', state: {} }] }),
        pod('homeless', { conditions: [{ ...unschedulable, lastTransitionTime: since, message: '0/2 nodes' }] }),
        pod('older', { conditions: [unschedulable] }),
        pod('gated', { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
        pod('stuck', {
          initContainerStatuses: [waiting('PodInitializing')],
          containerStatuses: [waiting('ImagePullBackOff'), waiting()],
        }),
        {},
      ]);
    const common = { namespace: 'shop', labels: { app: 'cart' }, ready: false, waitingReasons: [] };
    expect(await api.listPods('shop')).toEqual([
      { ...common, name: 'up', ready: true },
      { ...common, name: 'homeless', unschedulableSinceMs: Date.parse(since), unschedulableMessage: '0/2 nodes' },
      { ...common, name: 'older', unschedulableSinceMs: Date.parse('2026-03-01T11:00:00Z'), unschedulableMessage: '' },
      { ...common, name: 'gated' },
      { ...common, name: 'stuck', waitingReasons: ['PodInitializing', 'ImagePullBackOff'] },
      { namespace: '', name: '', labels: {}, ready: false, waitingReasons: [] },
    ]);
  });

  test('of autoscalers tell bounds and target; one of another kind has no target', async () => {
    const hpa = (kind: string) => ({
      metadata: { name: kind.toLowerCase(), namespace: 'shop', labels: { a: 'b' } },
      spec: { scaleTargetRef: { kind, name: 'cart' }, minReplicas: 2, maxReplicas: 5 },
      status: { currentReplicas: 3 },
    });
    server.script = () => list('HorizontalPodAutoscalerList', [hpa('Deployment'), hpa('Rollout'), {}]);
    const [first, second, bare] = await api.listAutoscalers('shop');
    expect(first).toEqual({
      namespace: 'shop',
      name: 'deployment',
      labels: { a: 'b' },
      target: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      minReplicas: 2,
      maxReplicas: 5,
      currentReplicas: 3,
    });
    expect(second?.target).toBeUndefined();
    expect(bare).toMatchObject({ name: '', labels: {}, minReplicas: 1, maxReplicas: 1, currentReplicas: 0 });
  });

  test('of cron jobs tell which are suspended', async () => {
    const cronJob = (name: string, parts: object) => ({ metadata: { name, namespace: 'shop' }, ...parts });
    server.script = () =>
      list('CronJobList', [
        { ...cronJob('nightly', { spec: { suspend: false } }), metadata: { name: 'nightly', labels: { a: 'b' } } },
        cronJob('retired', { spec: { suspend: true } }),
        cronJob('bare', {}),
      ]);
    expect(await api.listCronJobs('shop')).toEqual([
      { namespace: 'shop', name: 'nightly', labels: { a: 'b' }, suspended: false },
      { namespace: 'shop', name: 'retired', labels: {}, suspended: true },
      { namespace: 'shop', name: 'bare', labels: {}, suspended: false },
    ]);
    expect(server.seen.map(({ url }) => url)).toEqual(['/apis/batch/v1/namespaces/shop/cronjobs?limit=500']);
  });

  test('raw objects get back the kind that a list leaves out, over all pages', async () => {
    server.script = ({ url }) => {
      const kind = url.includes('configmaps') ? 'ConfigMapList' : 'DeploymentList';
      const last = url.includes('continue=c1');
      return list(kind, [{ metadata: { name: last ? 'b' : 'a' }, data: { x: '1' } }], last ? '' : 'c1');
    };
    expect(await api.listRaw(configMaps, 'shop')).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' }, data: { x: '1' } },
    ]);
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/shop/configmaps?limit=500',
      '/api/v1/namespaces/shop/configmaps?limit=500&continue=c1',
    ]);
    expect((await api.listRaw(deployments, 'shop'))[0]).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
  });

  test("of Secrets ask for metadata alone: no Secret's data leaves the API server", async () => {
    server.script = () =>
      list('PartialObjectMetadataList', [{ metadata: { name: 'db' } }, { metadata: { name: 'tls' } }]);
    expect(await api.secretNames('shop')).toEqual(['db', 'tls']);
    expect(server.seen[0]?.headers.accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  });
});

describe('writes', () => {
  test('scale through the subresource by a merge patch', async () => {
    server.script = () => ({ json: { spec: { replicas: 4 } } });
    await api.scale({ kind: 'Deployment', namespace: 'shop', name: 'cart' }, 4);
    await api.scale({ kind: 'StatefulSet', namespace: 'shop', name: 'db' }, 2);
    await api.setAutoscalerMinimum({ namespace: 'shop', name: 'cart' }, 3);
    expect(server.seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      [
        'PATCH',
        '/apis/apps/v1/namespaces/shop/deployments/cart/scale?fieldManager=lifeboat',
        { spec: { replicas: 4 } },
      ],
      ['PATCH', '/apis/apps/v1/namespaces/shop/statefulsets/db/scale?fieldManager=lifeboat', { spec: { replicas: 2 } }],
      [
        'PATCH',
        '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/cart?fieldManager=lifeboat',
        { spec: { minReplicas: 3 } },
      ],
    ]);
    for (const { headers } of server.seen) expect(headers['content-type']).toBe('application/merge-patch+json');
  });

  test('resume a cron job by a merge patch that touches nothing else, and again when another change comes between', async () => {
    server.script = () => (server.seen.length < 2 ? refusal(409, 'Conflict') : { json: {} });
    await api.resumeCronJob({ namespace: 'shop', name: 'nightly' });
    expect(server.seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual(
      Array(2).fill([
        'PATCH',
        '/apis/batch/v1/namespaces/shop/cronjobs/nightly?fieldManager=lifeboat',
        { spec: { suspend: false } },
      ]),
    );
    for (const { headers } of server.seen) expect(headers['content-type']).toBe('application/merge-patch+json');
  });

  test('create tells what is there already from what it made', async () => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } };
    server.script = () => ({ status: 201 });
    expect(await api.create(deployments, object)).toBe('created');
    expect(await api.createNamespace('shop')).toBe('created');
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/apis/apps/v1/namespaces/shop/deployments?fieldManager=lifeboat',
      '/api/v1/namespaces?fieldManager=lifeboat',
    ]);
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: JSON.stringify(object) });
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
    server.script = () => refusal(409, 'AlreadyExists');
    expect(await api.create(deployments, object)).toBe('exists');
  });

  test('that meet another change of the object are tried again', async () => {
    server.script = () => (server.seen.length < 3 ? refusal(409, 'Conflict') : { json: {} });
    await api.scale({ kind: 'Deployment', namespace: 'shop', name: 'cart' }, 4);
    expect(server.seen).toHaveLength(3);
  });

  test('are given up when the conflict stays', async () => {
    server.script = () => refusal(409, 'Conflict');
    const error = await failure(api.setAutoscalerMinimum({ namespace: 'shop', name: 'cart' }, 4));
    expect(error).toMatchObject({ name: 'ApiServerError', code: 409, reason: 'Conflict' });
    expect(server.seen).toHaveLength(4);
  });

  test('that are refused are not tried again, and the error says by whom and why', async () => {
    server.script = () => refusal(403, 'Forbidden', 'exceeded quota');
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } };
    expect(await failure(api.create(deployments, object))).toMatchObject({
      code: 403,
      message: 'POST /apis/apps/v1/namespaces/shop/deployments was answered with 403 Forbidden: exceeded quota',
    });
    expect(server.seen).toHaveLength(1);
  });
});

describe('questions', () => {
  test('whether a namespace exists: 200 yes, 404 no, anything else an error', async () => {
    server.script = ({ url }) => (url.endsWith('/shop') ? { json: {} } : refusal(404, 'NotFound'));
    expect(await api.namespaceExists('shop')).toBe(true);
    expect(await api.namespaceExists('mail')).toBe(false);
    server.script = () => refusal(403, 'Forbidden');
    expect(await failure(api.namespaceExists('shop'))).toMatchObject({ code: 403 });
  });

  test.each(['/health?deep=1', '/', '/health/'])(
    "a service's %s is asked through the proxy as it is written",
    async (path) => {
      server.script = () => ({ status: 418, text: 'teapot' });
      expect(await api.serviceStatus({ namespace: 'shop', name: 'cart' }, 8080, path)).toBe(418);
      expect(server.seen[0]?.url).toBe(`/api/v1/namespaces/shop/services/cart:8080/proxy${path}`);
    },
  );

  test('a service that hangs has not answered in time, and that is no error', async () => {
    server.script = () => undefined;
    expect(await api.serviceStatus({ namespace: 'shop', name: 'cart' }, 80, '/')).toBe(504);
  });

  test('a service behind an API server that is gone is an error that may pass', async () => {
    await server.stop();
    expect(isTransientFailure(await failure(api.serviceStatus({ namespace: 'shop', name: 'cart' }, 80, '/')))).toBe(
      true,
    );
  });

  test('the API server is ready when /readyz says so', async () => {
    server.script = () => ({ text: 'ok' });
    expect(await api.ready()).toBe(true);
    server.script = () => ({ status: 500, text: 'not yet' });
    expect(await api.ready()).toBe(false);
  });
});

describe.each([429, 500, 503, 504])('an answer of %d', (status) => {
  test('is a failure that may pass, whichever way it was asked', async () => {
    server.script = () => refusal(status, 'InternalError');
    const failures = await Promise.all([
      failure(api.listPods('shop')),
      failure(api.listRaw(deployments, 'shop')),
      failure(api.scale({ kind: 'StatefulSet', namespace: 'shop', name: 'db' }, 1)),
      failure(api.create(deployments, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } })),
      failure(api.secretNames('shop')),
      failure(api.namespaceExists('shop')),
    ]);
    expect(failures.map(isTransientFailure)).toEqual([true, true, true, true, true, true]);
  });
});
