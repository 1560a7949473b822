import { describe, expect, test } from '@jest/globals';
import { administrator, deployment, Laboratory, object, podTemplate, service, statefulSet } from '../laboratory.ts';

const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const merge = { type: 'application/merge-patch+json' };

describe('a Deployment', () => {
  test('reports its progress in status and conditions', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 })]);
    await lab.run(1);
    expect(lab.get(`${deployments}/web`).body.status).toMatchObject({ replicas: 2, unavailableReplicas: 2 });
    await lab.run(30);
    const { status } = lab.get(`${deployments}/web`).body;
    expect(status).toMatchObject({ observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2 });
    expect(status.conditions.map((each: { type: string; status: string }) => `${each.type}=${each.status}`)).toEqual([
      'Available=True',
      'Progressing=True',
    ]);
  });

  test('rolls to a new template without falling below its limit', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 4 }), service('web')]);
    await lab.run(30);
    lab.ask(
      'PATCH',
      `${deployments}/web`,
      { spec: { template: podTemplate('web', { image: 'registry/web:2' }) } },
      merge,
    );
    let least = 4;
    for (let second = 0; second < 60; second++) {
      await lab.run(1);
      least = Math.min(least, lab.readyPods().length);
    }
    expect(least).toBeGreaterThanOrEqual(3);
    const images = lab.cluster.objects('Pod', 'shop').map((pod) => pod.spec.containers[0]?.image);
    expect(images).toEqual(Array(4).fill('registry/web:2'));
    expect(lab.get(`${deployments}/web`).body.status).toMatchObject({
      replicas: 4,
      updatedReplicas: 4,
      observedGeneration: 2,
    });
  });

  test('with strategy Recreate ends all old pods before it makes new ones', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2, strategy: { type: 'Recreate' } })]);
    await lab.run(30);
    lab.ask(
      'PATCH',
      `${deployments}/web`,
      { spec: { template: podTemplate('web', { image: 'registry/web:2' }) } },
      merge,
    );
    const seen = new Set<string>();
    for (let second = 0; second < 60; second++) {
      await lab.run(1);
      const images = new Set(lab.cluster.objects('Pod', 'shop').map((pod) => pod.spec.containers[0]?.image));
      seen.add([...images].join('+'));
    }
    expect([...seen].some((images) => images.includes('+'))).toBe(false);
    expect(lab.readyPods()).toHaveLength(2);
  });

  test('that is paused keeps its pods', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 1 })]);
    await lab.run(30);
    lab.ask('PATCH', `${deployments}/web`, { spec: { paused: true, replicas: 3 } }, merge);
    await lab.run(30);
    expect(lab.readyPods()).toHaveLength(1);
  });

  test('counts a pod as available only after minReadySeconds', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { minReadySeconds: 60 })]);
    await lab.run(30);
    expect(lab.get(`${deployments}/web`).body.status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    await lab.run(60);
    expect(lab.get(`${deployments}/web`).body.status).toMatchObject({ availableReplicas: 1 });
  });

  test('takes its pods with it when it is deleted', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 }), service('web')]);
    await lab.run(30);
    expect(lab.ask('DELETE', `${deployments}/web`).status).toBe(200);
    await lab.run(30);
    expect(lab.cluster.objects('ReplicaSet')).toEqual([]);
    expect(lab.cluster.objects('Pod', 'shop')).toEqual([]);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
  });

  test('deleted with propagation Orphan leaves its pods, which a new one adopts', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 })]);
    await lab.run(30);
    const before = lab.readyPods();
    lab.ask('DELETE', `${deployments}/web`, { propagationPolicy: 'Orphan' });
    await lab.run(5);
    lab.cluster.load([deployment('web', { replicas: 2 })]);
    await lab.run(30);
    expect(lab.readyPods()).toEqual(before);
  });

  test('keeps no more old ReplicaSets than revisionHistoryLimit', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { revisionHistoryLimit: 1 })]);
    for (let version = 2; version < 5; version++) {
      await lab.run(30);
      const template = podTemplate('web', { image: `registry/web:${version}` });
      lab.ask('PATCH', `${deployments}/web`, { spec: { template } }, merge);
    }
    await lab.run(30);
    expect(lab.cluster.objects('ReplicaSet')).toHaveLength(2);
  });
});

describe('a ReplicaSet', () => {
  test('makes up for a deleted pod and ends surplus ones, unready first', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 3 })]);
    await lab.run(30);
    const [victim] = lab.readyPods();
    lab.ask('DELETE', `/api/v1/namespaces/shop/pods/${victim}?gracePeriodSeconds=0`);
    await lab.run(1);
    expect(lab.readyPods()).toHaveLength(2);
    const ready = lab.readyPods();
    lab.ask('PATCH', `${deployments}/web/scale`, { spec: { replicas: 2 } }, merge);
    await lab.run(30);
    expect(lab.readyPods()).toEqual(ready);
  });
});

describe('a StatefulSet', () => {
  test('makes its pods one after the other, each with its claim', async () => {
    const lab = new Laboratory();
    const claims = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    lab.cluster.load([statefulSet('db', { volumeClaimTemplates: claims })]);
    let most = 0;
    for (let second = 0; second < 90; second++) {
      await lab.run(1);
      const pods = lab.cluster.objects('Pod', 'shop').length;
      most = Math.max(most, pods - lab.readyPods().length);
    }
    expect(most).toBe(1);
    expect(lab.readyPods()).toEqual(['db-0', 'db-1', 'db-2']);
    expect(lab.cluster.objects('PersistentVolumeClaim', 'shop').map((claim) => claim.metadata.name)).toEqual([
      'data-db-0',
      'data-db-1',
      'data-db-2',
    ]);
  });

  test('with policy Parallel makes them all at once', async () => {
    const lab = new Laboratory();
    lab.cluster.load([statefulSet('db', { podManagementPolicy: 'Parallel' })]);
    await lab.run(1);
    expect(lab.cluster.objects('Pod', 'shop')).toHaveLength(3);
    await lab.run(30);
    lab.ask('PATCH', '/apis/apps/v1/namespaces/shop/statefulsets/db/scale', { spec: { replicas: 1 } }, merge);
    await lab.run(10);
    expect(lab.readyPods()).toEqual(['db-0']);
  });

  test('scales in from the highest ordinal and keeps the claims', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      statefulSet('db', { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }),
    ]);
    await lab.run(90);
    lab.ask('PATCH', '/apis/apps/v1/namespaces/shop/statefulsets/db', { spec: { replicas: 0 } }, merge);
    const order: string[] = [];
    for (let second = 0; second < 20; second++) {
      await lab.run(1);
      order.push(
        lab.cluster
          .objects('Pod', 'shop')
          .map((pod) => pod.metadata.name)
          .join(),
      );
    }
    expect([...new Set(order)]).toEqual(['db-0,db-1', 'db-0', '']);
    expect(lab.cluster.objects('PersistentVolumeClaim', 'shop')).toHaveLength(2);
  });

  test('rolls from the highest ordinal down to its partition', async () => {
    const lab = new Laboratory();
    const path = '/apis/apps/v1/namespaces/shop/statefulsets/db';
    lab.cluster.load([
      statefulSet('db', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }),
    ]);
    await lab.run(90);
    lab.ask('PATCH', path, { spec: { template: podTemplate('db', { image: 'registry/db:2' }) } }, merge);
    await lab.run(120);
    expect(
      lab.cluster
        .objects('Pod', 'shop')
        .map((pod) => [pod.metadata.name, pod.spec.containers[0]?.image])
        .sort(),
    ).toEqual([
      ['db-0', 'registry/db:1'],
      ['db-1', 'registry/db:2'],
      ['db-2', 'registry/db:2'],
    ]);
    expect(lab.get(path).body.status).toMatchObject({ updatedReplicas: 2, currentReplicas: 1, readyReplicas: 3 });
  });

  test('replaces a broken pod of an old revision, but not with OnDelete', async () => {
    for (const [type, image] of [
      ['RollingUpdate', 'registry/db:2'],
      ['OnDelete', 'registry/db:1'],
    ]) {
      const lab = new Laboratory({ behaviour: { imageAvailable: (name) => name !== 'registry/db:1' } });
      lab.cluster.load([statefulSet('db', { replicas: 1, updateStrategy: { type } })]);
      await lab.run(20);
      const template = podTemplate('db', { image: 'registry/db:2' });
      lab.ask('PATCH', '/apis/apps/v1/namespaces/shop/statefulsets/db', { spec: { template } }, merge);
      await lab.run(60);
      expect(lab.cluster.objects('Pod', 'shop').map((pod) => pod.spec.containers[0]?.image)).toEqual([image]);
    }
  });
});

describe('pods of nobody', () => {
  test('are created, scheduled, and adopted by a ReplicaSet that selects them', async () => {
    const lab = new Laboratory();
    const set = object('apps/v1', 'ReplicaSet', 'web', {
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') },
    });
    lab.cluster.load([set]);
    await lab.run(30);
    const { metadata, spec } = podTemplate('web') as { metadata: { labels: object }; spec: object };
    const loose = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, generateName: 'loose-' }, spec };
    const created = lab.ask('POST', '/api/v1/namespaces/shop/pods', loose);
    expect(created.body).toMatchObject({ spec: { restartPolicy: 'Always' }, status: { phase: 'Pending' } });
    await lab.run(30);
    const pods = lab.cluster.objects('Pod', 'shop');
    expect(pods).toHaveLength(2);
    expect(pods.every((pod) => pod.metadata.ownerReferences?.[0]?.kind === 'ReplicaSet')).toBe(true);
  });

  test('that run to completion succeed', async () => {
    const lab = new Laboratory();
    const { spec } = podTemplate('once', {}, { restartPolicy: 'OnFailure' }) as { spec: object };
    lab.cluster.load([object('v1', 'Pod', 'once', { spec })]);
    await lab.run(60);
    expect(lab.get('/api/v1/namespaces/shop/pods/once').body.status.phase).toBe('Succeeded');
  });

  test('have the priority of the system class or of the global default', () => {
    const lab = new Laboratory();
    const everyday = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'everyday' },
      value: 5,
      globalDefault: true,
    };
    const pod = (name: string, rest: object) => {
      const { spec } = podTemplate(name, {}, { ...rest }) as { spec: object };
      return object('v1', 'Pod', name, { spec });
    };
    lab.cluster.load([
      everyday,
      pod('plain', {}),
      pod('vital', { priorityClassName: 'system-node-critical' }),
      pod('set', { priority: 3 }),
    ]);
    expect(lab.cluster.objects('Pod', 'shop').map((each) => each.spec.priority)).toEqual([5, 2_000_001_000, 3]);
  });
});

describe('a StatefulSet pod that ended', () => {
  test('is made anew', async () => {
    for (const podManagementPolicy of ['OrderedReady', 'Parallel']) {
      const lab = new Laboratory();
      lab.cluster.load([statefulSet('db', { replicas: 1, podManagementPolicy })]);
      await lab.run(30);
      const path = '/api/v1/namespaces/shop/pods/db-0';
      const { uid } = lab.get(path).body.metadata;
      lab.ask('PATCH', `${path}/status`, { status: { phase: 'Failed' } }, merge);
      await lab.run(30);
      expect(lab.readyPods()).toEqual(['db-0']);
      expect(lab.get(path).body.metadata.uid).not.toBe(uid);
    }
  });
});

describe('a DaemonSet', () => {
  const agent = (spec = {}) =>
    object('apps/v1', 'DaemonSet', 'agent', {
      spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('agent', {}, spec) },
    });

  test('runs one pod on every node that admits it, also on those that come later', async () => {
    const lab = new Laboratory({ nodes: 2 });
    lab.addNode(8, { taints: [{ key: 'gpu', effect: 'NoSchedule' }] });
    lab.cluster.load([agent()]);
    await lab.run(30);
    lab.addNode(9);
    await lab.run(30);
    const nodes = lab.cluster.objects('Pod', 'shop').map((pod) => pod.spec.nodeName);
    expect(nodes.sort()).toEqual(['ip-10-0-0-1.lab', 'ip-10-0-0-10.lab', 'ip-10-0-0-2.lab']);
    const { status } = lab.get('/apis/apps/v1/namespaces/shop/daemonsets/agent').body;
    expect(status).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3, numberUnavailable: 0 });
  });

  test('rolls to a new template pod by pod', async () => {
    const lab = new Laboratory({ nodes: 2 });
    lab.cluster.load([agent()]);
    await lab.run(30);
    const template = podTemplate('agent', { image: 'registry/agent:2' });
    lab.ask('PATCH', '/apis/apps/v1/namespaces/shop/daemonsets/agent', { spec: { template } }, merge);
    await lab.run(90);
    expect(lab.readyPods()).toHaveLength(2);
    expect(lab.get('/apis/apps/v1/namespaces/shop/daemonsets/agent').body.status.updatedNumberScheduled).toBe(2);
  });
});

describe('a HorizontalPodAutoscaler', () => {
  const autoscaler = (minReplicas: number, maxReplicas: number, name = 'web', kind = 'Deployment') =>
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, minReplicas, maxReplicas },
    });
  const status = (lab: Laboratory) =>
    lab.get('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web').body.status;

  test('raises its target to the minimum at the sync period, not before', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web'), autoscaler(1, 5)]);
    await lab.run(61);
    const path = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web';
    lab.ask('PATCH', path, { spec: { minReplicas: 3 } }, merge);
    await lab.run(10);
    expect(lab.get(`${deployments}/web`).body.spec.replicas).toBe(1);
    await lab.run(5);
    expect(lab.get(`${deployments}/web`).body.spec.replicas).toBe(3);
    await lab.run(60);
    expect(status(lab)).toMatchObject({ currentReplicas: 3, desiredReplicas: 3 });
  });

  test('lowers a count above its maximum and keeps one within the limits', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 4 }), autoscaler(1, 5)]);
    await lab.run(60);
    expect(lab.readyPods()).toHaveLength(4);
    lab.ask('PATCH', `${deployments}/web/scale`, { spec: { replicas: 9 } }, merge);
    await lab.run(60);
    expect(lab.readyPods()).toHaveLength(5);
  });

  test('leaves a target at zero replicas alone', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 0 }), autoscaler(3, 5)]);
    await lab.run(60);
    expect(lab.cluster.objects('Pod', 'shop')).toEqual([]);
    expect(status(lab).conditions).toContainEqual(
      expect.objectContaining({ type: 'ScalingActive', reason: 'ScalingDisabled' }),
    );
  });

  test('says that it finds no target', async () => {
    const lab = new Laboratory();
    lab.cluster.load([autoscaler(1, 5, 'nothing')]);
    await lab.run(60);
    expect(status(lab).conditions[0]).toMatchObject({ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' });
  });
});

describe('a PodDisruptionBudget', () => {
  test('counts how many pods may go', async () => {
    const lab = new Laboratory();
    const budget = (name: string, limit: object) =>
      object('policy/v1', 'PodDisruptionBudget', name, {
        spec: { selector: { matchLabels: { app: 'web' } }, ...limit },
      });
    lab.cluster.load([
      deployment('web', { replicas: 4 }),
      budget('min', { minAvailable: '75%' }),
      budget('max', { maxUnavailable: 2 }),
    ]);
    await lab.run(30);
    const allowed = (name: string) =>
      lab.get(`/apis/policy/v1/namespaces/shop/poddisruptionbudgets/${name}`).body.status;
    expect(allowed('min')).toMatchObject({
      currentHealthy: 4,
      desiredHealthy: 3,
      disruptionsAllowed: 1,
      expectedPods: 4,
    });
    expect(allowed('max')).toMatchObject({ disruptionsAllowed: 2 });
  });
});

describe('garbage collection', () => {
  test('takes an object whose owner was never there', async () => {
    const lab = new Laboratory();
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'never' };
    const orphan = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'orphan', namespace: 'shop', ownerReferences: [owner] },
    };
    lab.cluster.load([orphan]);
    await lab.run(5);
    expect(lab.get('/api/v1/namespaces/shop/configmaps/orphan').status).toBe(404);
  });

  test('empties a namespace that is deleted', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 }), service('web')]);
    await lab.run(30);
    expect(lab.ask('DELETE', '/api/v1/namespaces/shop', undefined, { user: administrator }).status).toBe(200);
    await lab.run(10);
    expect(lab.cluster.objects('Pod', 'shop')).toEqual([]);
    expect(lab.get('/api/v1/namespaces/shop').status).toBe(404);
    expect(lab.ask('POST', '/api/v1/namespaces/shop/configmaps', { metadata: { name: 'a' } }).status).toBe(404);
  });

  test('waits for finalizers', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace: 'shop', finalizers: ['a/b'] } },
    ]);
    const path = '/api/v1/namespaces/shop/configmaps/held';
    lab.ask('DELETE', path);
    lab.ask('DELETE', path);
    expect(lab.get(path).body.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
    lab.ask('PATCH', path, { metadata: { finalizers: null } }, merge);
    expect(lab.get(path).status).toBe(404);
  });
});
