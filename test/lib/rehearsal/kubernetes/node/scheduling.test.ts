import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../../lib/rehearsal/kubernetes/cluster.ts';
import { podRequests, quantity } from '../../../../../lib/rehearsal/kubernetes/quantities.ts';
import { deployment, Laboratory, object, podTemplate, statefulSet } from '../laboratory.ts';

const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });
const merge = { type: 'application/merge-patch+json' };

function why(lab: Laboratory): (string | undefined)[] {
  return lab.cluster
    .unschedulablePods()
    .map((pod) => lab.cluster.objects('Pod', 'shop').find((each) => each.metadata.name === pod.metadata.name))
    .map((pod) => pod?.status?.conditions?.find((each) => each.reason === 'Unschedulable')?.message);
}

function nodesOf(lab: Laboratory): Record<string, string | undefined> {
  return Object.fromEntries(lab.cluster.objects('Pod', 'shop').map((pod) => [pod.metadata.name, pod.spec.nodeName]));
}

describe('the scheduler', () => {
  test('leaves what does not fit pending, says why, and places it when a node comes', async () => {
    const lab = new Laboratory({ nodes: 1 });
    const heard: string[] = [];
    lab.cluster.onUnschedulable((pod) => heard.push(pod.metadata.name));
    lab.cluster.load([deployment('big', { replicas: 3 }, podTemplate('big', cpu('1500m')))]);
    await lab.run(60);
    expect(lab.readyPods()).toHaveLength(2);
    expect(lab.cluster.pendingPods).toBe(1);
    expect(heard.length).toBeGreaterThan(0);
    expect(why(lab)).toEqual(['0/1 nodes are available: 1 Insufficient cpu.']);
    lab.addNode(1);
    await lab.run(30);
    expect(lab.readyPods()).toHaveLength(3);
    expect(lab.cluster.unschedulablePods()).toEqual([]);
  });

  test('places a waiting pod when another one goes', async () => {
    const lab = new Laboratory({ nodes: 1 });
    lab.cluster.load([
      deployment('a', {}, podTemplate('a', cpu('3'))),
      deployment('b', {}, podTemplate('b', cpu('3'))),
    ]);
    await lab.run(30);
    lab.ask('PATCH', '/apis/apps/v1/namespaces/shop/deployments/a', { spec: { replicas: 0 } }, merge);
    await lab.run(30);
    expect(lab.readyPods()).toEqual([expect.stringMatching(/^b-/)]);
  });

  test.each([
    ['memory', podTemplate('x', { resources: { requests: { memory: '64Gi' } } }), '1 Insufficient memory'],
    [
      'its node selector',
      podTemplate('x', {}, { nodeSelector: { disk: 'ssd' } }),
      "1 node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'its node affinity',
      podTemplate(
        'x',
        {},
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }, {}],
              },
            },
          },
        },
      ),
      "1 node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'a claim that is not there',
      podTemplate('x', {}, { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }] }),
      'persistentvolumeclaim "gone" not found',
    ],
  ])('refuses a node for want of %s', async (_what, template, message) => {
    const lab = new Laboratory({ nodes: 1 });
    lab.cluster.load([deployment('x', {}, template)]);
    await lab.run(10);
    expect(why(lab)[0]).toContain(message);
  });

  test('without any node says so, and with too many pods too', async () => {
    const lab = new Laboratory({ nodes: 0 });
    lab.cluster.load([deployment('x', { replicas: 2 })]);
    await lab.run(5);
    expect(why(lab)).toEqual(Array(2).fill('no nodes available to schedule pods'));
    lab.cluster.addNode({ name: 'n', cpuMillis: 4000, memoryBytes: 2 ** 34, maxPods: 1, zone: 'a' });
    await lab.run(5);
    expect(why(lab)).toEqual(['0/1 nodes are available: 1 Too many pods.']);
  });

  test('keeps off tainted and cordoned nodes unless tolerated', async () => {
    const lab = new Laboratory({ nodes: 0 });
    const tainted = lab.addNode(0, { taints: [{ key: 'team', effect: 'NoSchedule' }] });
    const cordoned = lab.addNode(1);
    lab.ask('PATCH', `/api/v1/nodes/${cordoned}`, { spec: { unschedulable: true } }, merge);
    const tolerations = [{ key: 'team', operator: 'Exists' }];
    lab.cluster.load([
      deployment('plain'),
      deployment('free', {}, podTemplate('free', {}, { tolerations })),
      deployment(
        'any',
        {},
        podTemplate(
          'any',
          {},
          {
            tolerations: [
              { operator: 'Exists', effect: 'NoExecute' },
              { key: 'x', value: 'y' },
            ],
          },
        ),
      ),
    ]);
    await lab.run(30);
    expect(Object.values(nodesOf(lab)).filter((node) => node !== undefined)).toEqual([tainted]);
    expect(why(lab)[0]).toBe(
      '0/2 nodes are available: 1 node(s) had untolerated taint(s) {team: }, 1 node(s) were unschedulable.',
    );
  });

  test('honours required anti-affinity', async () => {
    const lab = new Laboratory({ nodes: 2 });
    const term = { labelSelector: { matchLabels: { app: 'x' } }, topologyKey: 'kubernetes.io/hostname' };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    lab.cluster.load([deployment('x', { replicas: 3 }, podTemplate('x', {}, { affinity })), deployment('y')]);
    await lab.run(30);
    expect(lab.readyPods().filter((name) => name.startsWith('x-'))).toHaveLength(2);
    expect(why(lab)).toEqual([`0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.`]);
  });

  test('ends placeholder pods of lower priority to make room', async () => {
    const lab = new Laboratory({ nodes: 1 });
    const low = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'placeholder' },
      value: -10,
    };
    lab.cluster.load([
      low,
      deployment('room', { replicas: 3 }, podTemplate('room', cpu('1'), { priorityClassName: 'placeholder' })),
    ]);
    await lab.run(30);
    lab.cluster.load([deployment('real', {}, podTemplate('real', cpu('2')))]);
    await lab.run(30);
    expect(lab.readyPods().filter((name) => name.startsWith('real-'))).toHaveLength(1);
    expect(lab.readyPods().filter((name) => name.startsWith('room-'))).toHaveLength(2);
  });

  test('ends nobody for a pod whose class forbids preemption', async () => {
    const lab = new Laboratory({ nodes: 1 });
    const polite = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'polite' },
      value: 10,
      preemptionPolicy: 'Never',
    };
    lab.cluster.load([polite, deployment('a', {}, podTemplate('a', cpu('3')))]);
    await lab.run(30);
    lab.cluster.load([deployment('b', {}, podTemplate('b', cpu('3'), { priorityClassName: 'polite' }))]);
    await lab.run(30);
    expect(lab.readyPods()).toEqual([expect.stringMatching(/^a-/)]);
  });

  test('spreads equal pods over the nodes', async () => {
    const lab = new Laboratory({ nodes: 3 });
    lab.cluster.load([deployment('x', { replicas: 6 })]);
    await lab.run(30);
    const counts = new Map<string | undefined, number>();
    for (const node of Object.values(nodesOf(lab))) counts.set(node, (counts.get(node) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2]);
  });
});

describe('volumes', () => {
  const claims = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ];
  const storageClass = (name: string, rest: Record<string, unknown> = {}): KubernetesObject => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'ebs.csi.aws.com',
    ...rest,
  });
  const claim = (name: string, spec: Record<string, unknown> = {}) =>
    object('v1', 'PersistentVolumeClaim', name, {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  const phase = (lab: Laboratory, name: string) =>
    lab.get(`/api/v1/namespaces/shop/persistentvolumeclaims/${name}`).body.status.phase;

  test('of a first consumer are made in the zone of its node, and the pod stays in that zone', async () => {
    const lab = new Laboratory({ nodes: 1 });
    lab.cluster.load([statefulSet('db', { replicas: 1, volumeClaimTemplates: claims })]);
    await lab.run(60);
    const [volume] = lab.cluster.objects('PersistentVolume');
    expect(volume?.spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values).toEqual(['a']);
    lab.cluster.removeNode('ip-10-0-0-1.lab');
    lab.addNode(1);
    await lab.run(60);
    expect(lab.readyPods()).toEqual([]);
    expect(why(lab)).toEqual(['0/1 nodes are available: 1 node(s) had volume node affinity conflict.']);
    lab.addNode(3);
    await lab.run(60);
    expect(lab.readyPods()).toEqual(['db-0']);
    expect(nodesOf(lab)['db-0']).toBe('ip-10-0-0-4.lab');
  });

  test('of an Immediate class are made at once, in some zone', async () => {
    const lab = new Laboratory({ nodes: 0 });
    lab.cluster.load([
      storageClass('now', { volumeBindingMode: 'Immediate' }),
      claim('c', { storageClassName: 'now' }),
    ]);
    expect(phase(lab, 'c')).toBe('Pending');
    await lab.run(10);
    expect(phase(lab, 'c')).toBe('Bound');
  });

  test('without any class stay pending until there is a default one', async () => {
    const lab = new Laboratory({ defaultStorageClass: false });
    lab.cluster.load([statefulSet('db', { replicas: 1, volumeClaimTemplates: claims })]);
    await lab.run(60);
    expect(phase(lab, 'data-db-0')).toBe('Pending');
    expect(why(lab)).toEqual(['0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.']);
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    lab.cluster.load([
      { ...storageClass('std', { volumeBindingMode: 'WaitForFirstConsumer' }), metadata: { name: 'std', annotations } },
    ]);
    await lab.run(60);
    expect(lab.readyPods()).toEqual(['db-0']);
  });

  test('of a class that makes none, or that is unknown, stay pending', async () => {
    const lab = new Laboratory();
    lab.cluster.load([
      storageClass('local', { provisioner: 'kubernetes.io/no-provisioner' }),
      claim('a', { storageClassName: 'local' }),
      claim('b', { storageClassName: 'unknown' }),
      claim('c', { volumeName: 'gone', storageClassName: 'gp3' }),
    ]);
    await lab.run(60);
    expect(['a', 'b', 'c'].map((name) => phase(lab, name))).toEqual(['Pending', 'Pending', 'Pending']);
  });

  test('that exist are taken when they fit: by reservation, by name, by class and size', async () => {
    const lab = new Laboratory({ defaultStorageClass: false });
    const volume = (name: string, spec: Record<string, unknown>): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
    });
    lab.cluster.load([
      volume('reserved', { claimRef: { namespace: 'shop', name: 'a' } }),
      volume('named', { storageClassName: 'x' }),
      volume('small', { storageClassName: 'manual', capacity: { storage: '100Mi' } }),
      volume('fits', { storageClassName: 'manual' }),
      claim('a', { storageClassName: '' }),
      claim('b', { volumeName: 'named', storageClassName: 'x' }),
      claim('c', { storageClassName: 'manual' }),
    ]);
    await lab.run(5);
    const bound = lab.cluster.objects('PersistentVolumeClaim', 'shop').map((each) => each.spec.volumeName);
    expect(bound).toEqual(['reserved', 'named', 'fits']);
  });

  test('go with their claim under Delete and are released under Retain', async () => {
    for (const [reclaimPolicy, left] of [
      ['Delete', []],
      ['Retain', ['Released']],
    ] as const) {
      const lab = new Laboratory();
      lab.cluster.load([storageClass('s', { reclaimPolicy }), claim('c', { storageClassName: 's' })]);
      await lab.run(10);
      lab.ask('DELETE', '/api/v1/namespaces/shop/persistentvolumeclaims/c');
      expect(lab.cluster.objects('PersistentVolume').map((each) => each.status?.phase)).toEqual(left);
    }
  });

  test('that are ephemeral come and go with their pod', async () => {
    const lab = new Laboratory();
    const ephemeral = {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    };
    lab.cluster.load([deployment('x', {}, podTemplate('x', {}, { volumes: [{ name: 'scratch', ephemeral }] }))]);
    await lab.run(60);
    const [pod] = lab.readyPods();
    expect(lab.cluster.objects('PersistentVolumeClaim', 'shop').map((each) => each.metadata.name)).toEqual([
      `${pod}-scratch`,
    ]);
    lab.ask('DELETE', '/apis/apps/v1/namespaces/shop/deployments/x');
    await lab.run(30);
    expect(lab.cluster.objects('PersistentVolumeClaim', 'shop')).toEqual([]);
  });
});

describe('quantities', () => {
  test.each([
    ['250m', 0.25],
    ['2Gi', 2 ** 31],
    ['1e3', 1000],
    ['1.5', 1.5],
    ['5k', 5000],
    [7, 7],
    ['much', undefined],
    ['1.2.3', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, value) => {
    expect(quantity(text)).toBe(value);
  });

  test('a pod requests its containers and sidecars, or its largest init container, plus overhead', () => {
    const container = (request: string, rest = {}) => ({ name: 'c', resources: { limits: { cpu: request } }, ...rest });
    const sidecar = container('100m', { restartPolicy: 'Always' });
    expect(
      podRequests({ containers: [container('200m')], initContainers: [sidecar, container('50m')] }).cpuMillis,
    ).toBe(300);
    expect(
      podRequests({
        containers: [container('200m')],
        initContainers: [sidecar, container('1')],
        overhead: { cpu: '10m' },
      }).cpuMillis,
    ).toBe(1110);
  });
});
