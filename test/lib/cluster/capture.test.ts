import { describe, expect, test } from '@jest/globals';
import { captureScope } from '../../../lib/cluster/capture.ts';
import { autoscaler, cronJob, FakeClusterApi, workload } from './fake-cluster-api.ts';

const scope = { name: 'shop', cluster: 'main', namespaces: ['shop', 'mail'], selector: {} };

describe('a capture', () => {
  test('tells how much of each workload runs, and the bounds of its autoscaler', async () => {
    const api = new FakeClusterApi();
    api.workloads = [
      workload({ name: 'cart', replicas: 3 }),
      workload({ name: 'db', kind: 'StatefulSet', replicas: 2 }),
      workload({ name: 'paused', replicas: 0 }),
      workload({ name: 'smtp', namespace: 'mail' }),
      workload({ name: 'elsewhere', namespace: 'other' }),
    ];
    api.autoscalers = [autoscaler('cart', 2, 9), autoscaler('db', 1, 4)];
    expect(await captureScope(api, scope, false)).toEqual({
      workloads: [
        {
          cluster: 'main',
          kind: 'Deployment',
          namespace: 'shop',
          name: 'cart',
          replicas: 3,
          autoscaler: { name: 'cart-hpa', minReplicas: 2, maxReplicas: 9 },
        },
        // An autoscaler of the Deployment of that name is none of the StatefulSet.
        { cluster: 'main', kind: 'StatefulSet', namespace: 'shop', name: 'db', replicas: 2 },
        { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'paused', replicas: 0 },
        { cluster: 'main', kind: 'Deployment', namespace: 'mail', name: 'smtp', replicas: 1 },
      ],
      cronJobs: [],
      manifests: [],
      requiredSecrets: [],
    });
  });

  test('tells which cron jobs are not suspended', async () => {
    const api = new FakeClusterApi();
    api.cronJobs = [
      cronJob('nightly', false),
      cronJob('retired', true),
      cronJob('digest', false, { namespace: 'mail' }),
      cronJob('elsewhere', false, { namespace: 'other' }),
    ];
    expect((await captureScope(api, scope, false)).cronJobs).toEqual([
      { cluster: 'main', namespace: 'shop', name: 'nightly' },
      { cluster: 'main', namespace: 'mail', name: 'digest' },
    ]);
  });

  test('leaves out what a selector leaves out', async () => {
    const api = new FakeClusterApi();
    api.workloads = [workload({ name: 'cart' }), workload({ name: 'mail' })];
    api.cronJobs = [cronJob('cart', false), cronJob('mail', false)];
    const object = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop', labels: { app: name } },
    });
    api.raw = [
      object('cart'),
      object('mail'),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bare', namespace: 'shop' } },
    ];
    const captured = await captureScope(api, { ...scope, selector: { app: 'cart' } }, true);
    expect(captured.workloads.map(({ name }) => name)).toEqual(['cart']);
    expect(captured.cronJobs.map(({ name }) => name)).toEqual(['cart']);
    expect(captured.manifests.map((one) => one.object.metadata.name)).toEqual(['cart']);
  });

  test('with manifests has them in the order of creation over all namespaces, and names their Secrets', async () => {
    const api = new FakeClusterApi();
    const object = (kind: string, name: string, namespace: string, spec?: object) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace, uid: 'u' },
      ...(spec === undefined ? {} : { spec }),
    });
    const pod = { template: { spec: { containers: [{ envFrom: [{ secretRef: { name: 'db' } }] }] } } };
    api.raw = [
      object('CronJob', 'nightly', 'shop'),
      object('Deployment', 'cart', 'shop', pod),
      object('ConfigMap', 'kube-root-ca.crt', 'shop'),
      object('ConfigMap', 'settings', 'mail'),
      object('ServiceAccount', 'robot', 'mail'),
    ];
    const { manifests, requiredSecrets } = await captureScope(api, scope, true);
    expect(
      manifests.map(({ cluster, resource, object: { metadata } }) => [cluster, resource.resource, metadata]),
    ).toEqual([
      ['main', 'serviceaccounts', { name: 'robot', namespace: 'mail' }],
      ['main', 'configmaps', { name: 'settings', namespace: 'mail' }],
      ['main', 'deployments', { name: 'cart', namespace: 'shop' }],
      ['main', 'cronjobs', { name: 'nightly', namespace: 'shop' }],
    ]);
    expect(requiredSecrets).toEqual([{ namespace: 'shop', name: 'db' }]);
  });
});
