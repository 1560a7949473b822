import { describe, expect, test } from '@jest/globals';
import { portableManifest, requiredSecrets } from '../../../lib/cluster/portable-manifest.ts';

const metadata = { name: 'cart', namespace: 'shop' };

describe('a portable manifest', () => {
  test('what the old server filled in is left behind', () => {
    const portable = portableManifest({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...metadata,
        uid: 'u',
        resourceVersion: '7',
        generation: 3,
        creationTimestamp: 't',
        managedFields: [],
        labels: { app: 'cart' },
        annotations: { team: 'shop', 'deployment.kubernetes.io/revision': '4' },
      },
      spec: { replicas: 2 },
      status: { readyReplicas: 2 },
    });
    expect(portable).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels: { app: 'cart' }, annotations: { team: 'shop' } },
      spec: { replicas: 2 },
    });
  });

  test("addresses and node ports are the old cluster's, a headless service stays headless", () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata };
    const assigned = { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], ports: [{ port: 80, nodePort: 30080 }] };
    expect(portableManifest({ ...service, spec: assigned })?.spec).toEqual({ ports: [{ port: 80 }] });
    expect(portableManifest({ ...service, spec: { clusterIP: 'None' } })?.spec).toEqual({ clusterIP: 'None' });
  });

  test.each([
    [
      'owned by a controller',
      { kind: 'ReplicaSet', metadata: { ...metadata, ownerReferences: [{ controller: true }] } },
    ],
    ['the default service account', { kind: 'ServiceAccount', metadata: { name: 'default' } }],
    ['the root certificate', { kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt' } }],
  ])('%s is made anew in every cluster and not carried', (_what, object) => {
    expect(portableManifest({ apiVersion: 'v1', ...object })).toBeUndefined();
  });

  test("a service account's token Secrets are not carried", () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, secrets: [{ name: 'token' }] };
    expect(portableManifest(account)).toEqual({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  });
});

describe('required Secrets', () => {
  test('are found in volumes, env, envFrom and image pulls of pod templates and cron jobs, unless optional', () => {
    const pod = {
      volumes: [
        { secret: { secretName: 'tls' } },
        { secret: { secretName: 'maybe', optional: true } },
        { projected: { sources: [{ secret: { name: 'projected' } }, {}] } },
        { projected: {} },
      ],
      imagePullSecrets: [{ name: 'registry' }],
      initContainers: [{ envFrom: [{ secretRef: { name: 'migrate' } }] }],
      containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'db' } } }, {}] }],
    };
    const objects = [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: pod } } },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: {
          jobTemplate: {
            spec: { template: { spec: { containers: [{ envFrom: [{ secretRef: { name: 'batch' } }] }] } } },
          },
        },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata },
    ];
    expect(requiredSecrets(objects).map(({ name }) => name)).toEqual([
      'batch',
      'db',
      'migrate',
      'projected',
      'registry',
      'tls',
    ]);
  });
});
