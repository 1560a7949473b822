import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';
import { SimulatedDataStore } from '../../../../lib/rehearsal/estate/data-store.ts';
import { dataStoresOf, unreplicatedClaims } from '../../../../lib/rehearsal/estate/data-stores.ts';
import { hasClaims, podSpecOf, replicasOf } from '../../../../lib/rehearsal/estate/manifests.ts';
import { ownerOf } from '../../../../lib/rehearsal/estate/ownership.ts';
import { standbyObjects } from '../../../../lib/rehearsal/estate/standby-objects.ts';
import { describeObject, surroundingsOf } from '../../../../lib/rehearsal/estate/surroundings.ts';
import { application, smallPlan } from '../small-plan.ts';

function object(kind: string, namespace: string, name: string, rest: Record<string, unknown> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { namespace, name }, ...rest };
}

function workload(
  kind: string,
  namespace: string,
  podSpec: Record<string, unknown> = {},
  spec: Record<string, unknown> = {},
) {
  return object(kind, namespace, namespace, {
    spec: { replicas: 4, template: { spec: { containers: [], ...podSpec } }, ...spec },
  });
}

describe('the standby region before a disaster', () => {
  const planOf = (changes: object) => smallPlan({ applications: [application('orders', changes)] });
  const hpa = object('HorizontalPodAutoscaler', 'orders', 'orders', { spec: { minReplicas: 4, maxReplicas: 9 } });
  const objects = [
    workload('Deployment', 'orders'),
    hpa,
    object('CronJob', 'orders', 'nightly', { spec: { schedule: '0 0 * * *' } }),
    object('Job', 'orders', 'migrate', { spec: {} }),
    object('Secret', 'orders', 'db'),
    object('Service', 'orders', 'orders'),
    workload('Deployment', 'ingress-nginx'),
  ];
  const kinds = (list: readonly KubernetesObject[]) => list.map(describeObject);

  test('has a warm standby at the plan’s share, jobs suspended, the platform whole', () => {
    const standby = standbyObjects(planOf({ standbyShare: 0.3 }), objects);
    expect(standby[0]?.spec).toMatchObject({ replicas: 2 });
    expect(standby[1]?.spec).toMatchObject({ minReplicas: 2, maxReplicas: 9 });
    expect(standby[2]?.spec).toMatchObject({ suspend: true });
    expect(standby.at(-1)?.spec).toMatchObject({ replicas: 4 });
    expect(kinds(standby)).not.toContain('Job orders/migrate');
  });

  test('has no replicas of a warm standby at share 0', () => {
    expect(standbyObjects(planOf({ standbyShare: undefined }), objects)[0]?.spec).toMatchObject({ replicas: 0 });
  });

  test('has everything of an active-active application', () => {
    const standby = standbyObjects(planOf({ pattern: 'active-active', standbyShare: undefined }), objects);
    expect(standby[0]?.spec).toMatchObject({ replicas: 4 });
    expect(standby[2]).toEqual(objects[2]);
    expect(kinds(standby)).toContain('Job orders/migrate');
  });

  test('leaves what is suspended suspended, whatever the pattern', () => {
    const retired = object('CronJob', 'orders', 'retired', { spec: { schedule: '0 0 * * *', suspend: true } });
    for (const pattern of ['active-active', 'warm-standby']) {
      expect(standbyObjects(planOf({ pattern }), [retired]).at(-1)).toEqual(retired);
    }
  });

  test('has namespace and secrets of a pilot light and none of its workloads', () => {
    expect(kinds(standbyObjects(planOf({ pattern: 'pilot-light' }), objects))).toEqual([
      'Namespace orders',
      'Secret orders/db',
      'Deployment ingress-nginx/ingress-nginx',
    ]);
  });

  test('has nothing of what would have to be restored', () => {
    expect(kinds(standbyObjects(planOf({ pattern: 'backup-restore' }), objects))).toEqual([
      'Deployment ingress-nginx/ingress-nginx',
    ]);
  });
});

describe('what manifests refer to and do not hold', () => {
  test('is made: secrets and config maps with the keys that are asked for, classes by their names', () => {
    const made = surroundingsOf([
      workload(
        'StatefulSet',
        'orders',
        {
          priorityClassName: 'critical',
          initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'init' } }] }],
          containers: [
            {
              name: 'main',
              env: [
                { name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
                { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'user' } } },
                { name: 'C', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
                { name: 'D', value: 'plain' },
              ],
              envFrom: [{ secretRef: { name: 'present' } }],
            },
          ],
          volumes: [
            { name: 'tls', secret: { secretName: 'tls' } },
            { name: 'conf', configMap: { name: 'conf' } },
            { name: 'tmp' },
          ],
        },
        { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'fast' } }] },
      ),
      object('Secret', 'orders', 'present'),
      workload('Deployment', 'system', { priorityClassName: 'system-node-critical' }),
    ]);
    expect(new Set(made.map(describeObject))).toEqual(
      new Set([
        'ConfigMap orders/init',
        'Secret orders/db',
        'ConfigMap orders/settings',
        'Secret orders/tls',
        'ConfigMap orders/conf',
        'PriorityClass critical',
        'PriorityClass system-node-critical',
        'StorageClass fast',
      ]),
    );
    expect(made.find((one) => one.metadata.name === 'db')?.data).toEqual({
      password: 'cmVoZWFyc2Fs',
      user: 'cmVoZWFyc2Fs',
    });
  });

  test('is nothing where all is there', () => {
    expect(
      surroundingsOf([
        workload('Deployment', 'orders'),
        { apiVersion: 'v1', kind: 'StorageClass', metadata: { name: 'x' } },
      ]),
    ).toEqual([]);
  });
});

describe('manifests', () => {
  test('have the pods of workloads, cron jobs and pods alone, and one replica where they say none', () => {
    const cron = object('CronJob', 'a', 'a', {
      spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'x' }] } } } } },
    });
    expect(podSpecOf(cron)?.containers).toHaveLength(1);
    expect(podSpecOf(object('Pod', 'a', 'a', { spec: { containers: [] } }))).toEqual({ containers: [] });
    expect(podSpecOf(object('Service', 'a', 'a'))).toBeUndefined();
    expect(replicasOf(object('Deployment', 'a', 'a', { spec: {} }))).toBe(1);
  });

  test('keep data when they have claims', () => {
    expect(hasClaims(workload('StatefulSet', 'a', {}, { volumeClaimTemplates: [{}] }))).toBe(true);
    expect(hasClaims(workload('Deployment', 'a', { volumes: [{ persistentVolumeClaim: { claimName: 'x' } }] }))).toBe(
      true,
    );
    expect(hasClaims(workload('Deployment', 'a', { volumes: [{ emptyDir: {} }] }))).toBe(false);
  });

  test('belong to an application by namespace and selector', () => {
    const plan = smallPlan({
      applications: [application('orders', { namespaces: ['shared'], selector: { app: 'orders' } })],
    });
    const labelled = {
      ...object('Deployment', 'shared', 'x'),
      metadata: { namespace: 'shared', name: 'x', labels: { app: 'orders' } },
    };
    expect(ownerOf(plan, labelled)?.name).toBe('orders');
    expect(ownerOf(plan, object('Deployment', 'shared', 'x'))).toBeUndefined();
    expect(ownerOf(plan, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shared' } })).toBeUndefined();
    expect(ownerOf(plan, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } })).toBeUndefined();
  });
});

describe('data stores', () => {
  const store = (lagSeconds?: number) =>
    new SimulatedDataStore({ name: 'db', application: 'orders', lagSeconds, homeRegion: 'a' });

  test('lose what was on its way: the age of the oldest missing write', () => {
    const db = store(5);
    for (const atMs of [0, 3000, 6000, 9000]) db.acknowledge('a', atMs);
    expect(db.lossSeconds('a', 10_000)).toBe(4);
    expect(db.lossSeconds('a', 30_000)).toBe(0);
    expect(db.lossSeconds('b', 10_000)).toBe(0);
  });

  test('that nothing replicates lose everything and exist at home only', () => {
    const db = store();
    db.acknowledge('a', 1000);
    expect(db.lossSeconds('a', 61_000)).toBe(60);
    expect([db.existsIn('a'), db.existsIn('b')]).toEqual([true, false]);
  });

  test('number the writes that they acknowledge', () => {
    const db = store(1);
    const sequences: number[] = [];
    db.onAcknowledged((write) => sequences.push(write.sequence));
    db.acknowledge('a', 1);
    db.acknowledge('b', 2);
    expect(sequences).toEqual([1, 2]);
  });

  test('that the plan forgot are found by the claims of workloads', () => {
    const plan = smallPlan({
      applications: [
        application('forgotten'),
        application('named', {
          dataStores: [
            { name: 'db', kind: 'external', workload: 'StatefulSet/named', replication: { by: 'x', lagSeconds: 1 } },
          ],
        }),
        application('all', { dataStores: [{ name: 'db', kind: 'external', replication: { by: 'x', lagSeconds: 1 } }] }),
      ],
    });
    const claims = ['forgotten', 'named', 'all'].map((name) =>
      workload('StatefulSet', name, {}, { volumeClaimTemplates: [{}] }),
    );
    const found = unreplicatedClaims(plan, claims);
    expect(found).toEqual([{ application: 'forgotten', workload: 'StatefulSet/forgotten' }]);
    expect(
      dataStoresOf(plan, found, () => ({ takesWrites: () => true, reachedUntilMs: (atMs) => atMs }))
        .get('forgotten')
        ?.map((one) => [one.name, one.lagSeconds]),
    ).toEqual([['StatefulSet/forgotten', undefined]]);
  });
});
