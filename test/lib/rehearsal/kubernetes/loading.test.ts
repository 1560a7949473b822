import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import type { KubernetesObject } from '../../../../lib/rehearsal/kubernetes/cluster.ts';
import { deployment, Laboratory, object, podTemplate, service } from './laboratory.ts';

function refusal(...objects: KubernetesObject[]): string {
  const lab = new Laboratory();
  try {
    lab.cluster.load(objects);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('manifests from anywhere', () => {
  test('select nodes by the names that labels had before', async () => {
    const lab = new Laboratory();
    const old = {
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': 'amd64',
      'failure-domain.beta.kubernetes.io/zone':
        lab.cluster.objects('Node')[0]?.metadata.labels?.['topology.kubernetes.io/zone'],
    };
    lab.cluster.load([deployment('web', {}, podTemplate('web', {}, { nodeSelector: old }))]);
    await lab.run(60);
    expect(lab.readyPods()).toHaveLength(1);
  });

  test.each([
    ['a selector', { app: 'rc' }],
    ['the labels of its template', undefined],
  ])('run a ReplicationController by %s', async (_by, selector) => {
    const lab = new Laboratory();
    lab.cluster.load([
      object('v1', 'ReplicationController', 'rc', {
        spec: { replicas: 2, template: podTemplate('rc'), ...(selector && { selector }) },
      }),
      service('rc'),
    ]);
    await lab.run(60);
    expect(lab.cluster.readyEndpoints('shop', 'rc')).toBe(2);
  });

  test('bring kinds of projects under k8s.io without their definitions', () => {
    const lab = new Laboratory();
    lab.cluster.load([
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { spec: {} }),
      object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', 'data', { spec: {} }),
    ]);
    expect(lab.cluster.assumedKinds).toEqual([
      'gateway.networking.k8s.io/v1 HTTPRoute',
      'snapshot.storage.k8s.io/v1 VolumeSnapshot',
    ]);
  });

  test('bring kinds of Kubernetes that change nothing here', () => {
    expect(
      refusal(
        object('node.k8s.io/v1', 'RuntimeClass', 'gvisor', { handler: 'runsc' }),
        object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'policy', { webhooks: [] }),
        object('apiregistration.k8s.io/v1', 'APIService', 'v1.x', { spec: {} }),
        object('v1', 'PodTemplate', 'x', { template: podTemplate('x') }),
      ),
    ).toBe('taken');
  });

  test('are told which version serves a kind of an old one', () => {
    expect(refusal(object('extensions/v1beta1', 'Deployment', 'web', {}))).toContain('serves it as apps/v1');
    expect(refusal(object('policy/v1beta1', 'PodSecurityPolicy', 'x', {}))).toContain('or remove it');
  });

  test('are refused where a controller that nobody simulates would start their pods', () => {
    const rollout = object('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: { template: podTemplate('web') } });
    expect(refusal(rollout)).toMatch(/Rollout shop\/web: .*argoproj\.io\/v1alpha1.*make it a Deployment/);
  });

  test('are refused with requests that are no quantities', () => {
    const resources = { requests: { cpu: 'lots', memory: '1Gi' }, limits: { cpu: 2 } };
    expect(refusal(deployment('web', {}, podTemplate('web', { resources })))).toContain(
      'spec.template.spec.containers[0].resources.requests[cpu]: Invalid value: "lots"',
    );
  });
});
