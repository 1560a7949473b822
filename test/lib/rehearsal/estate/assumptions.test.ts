import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';
import { assumptionsOf } from '../../../../lib/rehearsal/estate/assumptions.ts';
import { labelsOfGroup, nodeLabelsAskedFor } from '../../../../lib/rehearsal/estate/node-labels.ts';
import { standbyObjects } from '../../../../lib/rehearsal/estate/standby-objects.ts';
import { surroundingsOf } from '../../../../lib/rehearsal/estate/surroundings.ts';
import { application, smallPlan } from '../small-plan.ts';

function workload(kind: string, spec: Record<string, unknown>): KubernetesObject {
  const metadata = { name: 'web', namespace: 'web' };
  if (kind === 'Pod') return { apiVersion: 'v1', kind, metadata, spec: { containers: [], ...spec } };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata,
    spec: { replicas: 2, template: { spec: { containers: [], ...spec } } },
  };
}

const plan = smallPlan({ applications: [application('web')] });

describe('what is taken for granted', () => {
  test('are Secrets that pull images or stand among projected sources, and claims that no manifest holds', () => {
    const objects = [
      workload('Deployment', {
        imagePullSecrets: [{ name: 'registry' }, {}],
        volumes: [
          { projected: { sources: [{ secret: { name: 'token' } }, { configMap: { name: 'ca' } }] } },
          { projected: {} },
          { persistentVolumeClaim: { claimName: 'uploads' } },
        ],
      }),
    ];
    expect(assumptionsOf(plan, objects)).toEqual([
      'Secret web/token exists in both regions',
      'ConfigMap web/ca exists in both regions',
      'Secret web/registry exists in both regions',
      'PersistentVolumeClaim web/uploads exists in both regions',
    ]);
  });

  test('is no claim that the folder has', () => {
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'uploads', namespace: 'web' } };
    const volumes = [{ persistentVolumeClaim: { claimName: 'uploads' } }];
    expect(surroundingsOf([workload('Deployment', { volumes }), claim])).toEqual([]);
  });

  test.each(['Pod', 'ReplicaSet'])('is that a %s runs in both regions, as it does', (kind) => {
    const objects = [workload(kind, {})];
    expect(standbyObjects(plan, objects)).toEqual(objects);
    expect(assumptionsOf(plan, objects)).toEqual([
      `${kind} web/web runs in both regions, because no failover scales it`,
    ]);
  });

  test('is nothing of what a controller made and an export brought along', () => {
    const owned = workload('ReplicaSet', {});
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1', controller: true }];
    expect(assumptionsOf(plan, [{ ...owned, metadata: { ...owned.metadata, ownerReferences } }])).toEqual([]);
  });

  test('are devices of nodes, and quotas and policies that refuse nothing', () => {
    const resources = { limits: { 'nvidia.com/gpu': 1, cpu: '1' } };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: 'web' } };
    expect(assumptionsOf(plan, [workload('Deployment', { containers: [{ resources }, {}] }), quota])).toEqual([
      'ResourceQuota web/small is there and refuses nothing',
      'nodes of both regions have enough of nvidia.com/gpu',
    ]);
  });
});

describe('labels of nodes', () => {
  const required = (matchExpressions: unknown) => ({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
    },
  });

  test('are those that pods select by and no node has by itself', () => {
    const objects = [
      workload('Deployment', { nodeSelector: { disktype: 'ssd', 'kubernetes.io/os': 'linux' } }),
      workload('StatefulSet', { nodeSelector: { disktype: 'hdd', 'topology.kubernetes.io/zone': 'eu-central-1a' } }),
      workload('DaemonSet', required([{ key: 'pool', operator: 'In', values: ['blue', 'green'] }])),
      workload(
        'ReplicaSet',
        required([
          { key: 'gpu', operator: 'Exists' },
          { key: 'old', operator: 'DoesNotExist' },
        ]),
      ),
    ];
    const asked = nodeLabelsAskedFor(objects);
    expect(Object.fromEntries(asked)).toEqual({ disktype: ['ssd', 'hdd'], pool: ['blue'], gpu: ['true'] });
    expect(assumptionsOf(plan, objects)).toContain('nodes of both regions carry the label disktype: ssd or hdd');
  });

  test('are shared by the node groups where pods ask for several values', () => {
    const asked = new Map([['disktype', ['ssd', 'hdd']]]);
    expect([0, 1, 2].map((number) => labelsOfGroup(asked, number).disktype)).toEqual(['ssd', 'hdd', 'ssd']);
  });
});
