import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../lib/plan/draft/kubernetes-object.ts';
import { nodeGroupFor, quantity } from '../../../../lib/plan/draft/node-group.ts';
import { workloadsOf } from '../../../../lib/plan/draft/pods.ts';
import { workload } from './manifests.ts';

const asking = (cpu: string | number, memory: string) => ({ container: { resources: { requests: { cpu, memory } } } });
const sized = (...objects: readonly KubernetesObject[]) => nodeGroupFor(workloadsOf(objects), objects);

describe('the drafted node group', () => {
  test('holds what is requested at rest, with room', () => {
    expect(sized(workload('a', 'a', { replicas: 12, ...asking('1', '1Gi') }))).toEqual({
      instanceType: 'm6i.xlarge',
      activeMinSize: 4,
      standbyMinSize: 1,
      maxSize: 5,
    });
    expect(sized(workload('a', 'a', { replicas: 12, ...asking('100m', '6Gi') })).activeMinSize).toBe(6);
  });

  test('holds many small pods, of which a node takes only so many', () => {
    expect(sized(workload('a', 'a', { replicas: 200, ...asking('1m', '1Mi') })).activeMinSize).toBe(5);
  });

  test('grows to what autoscalers may ask for', () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a', namespace: 'a' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, minReplicas: 6, maxReplicas: 30 },
    };
    const broken = { ...autoscaler, metadata: { name: 'b', namespace: 'a' }, spec: {} };
    expect(sized(workload('a', 'a', asking('1', '1Gi')), autoscaler, broken)).toMatchObject({
      activeMinSize: 2,
      maxSize: 11,
    });
  });

  test('is of nodes that the largest pod fits on', () => {
    expect(sized(workload('a', 'a', asking('6', '1Gi'))).instanceType).toBe('m6i.2xlarge');
    expect(sized(workload('a', 'a', asking(2, '90Gi'))).instanceType).toBe('m6i.8xlarge');
    expect(sized(workload('a', 'a', asking('500', '1Gi'))).instanceType).toBe('m6i.32xlarge');
  });

  test('has a node for each pod that must stand alone', () => {
    const affinity = {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    };
    expect(sized(workload('a', 'a', { replicas: 7, podSpec: { affinity } })).activeMinSize).toBe(7);
  });

  test('leaves room for what runs on every node and for jobs', () => {
    const daemon = workload('kube-system', 'agent', { kind: 'DaemonSet', ...asking('2', '1Gi') });
    expect(sized(daemon, workload('a', 'a', { replicas: 4, ...asking('1', '1Gi') })).activeMinSize).toBe(4);
    expect(sized(workload('a', 'a', { kind: 'CronJob', ...asking('6', '1Gi') })).instanceType).toBe('m6i.2xlarge');
  });

  test('keeps the platform running in the standby region', () => {
    const platform = workload('ingress-nginx', 'controller', { replicas: 6, ...asking('1', '1Gi') });
    expect(sized(platform, workload('a', 'a', { replicas: 30, ...asking('1', '1Gi') }))).toMatchObject({
      standbyMinSize: 2,
    });
  });
});

describe('a quantity', () => {
  test.each([
    ['250m', 0.25],
    [2, 2],
    ['1Gi', 2 ** 30],
    ['1.5Mi', 1.5 * 2 ** 20],
    ['1e3', 1_000],
    ['2k', 2_000],
    ['?', 0],
  ])('%s is %d', (text, value) => {
    expect(quantity(text)).toBe(value);
  });
});
