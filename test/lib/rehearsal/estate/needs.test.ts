import { describe, expect, test } from '@jest/globals';
import { assertWell } from '../../../../lib/rehearsal/estate/readiness-before.ts';
import { ServingModel } from '../../../../lib/rehearsal/estate/serving-model.ts';
import { PriorityLevel } from '../../../../lib/rehearsal/kubernetes/api/priority-level.ts';
import type { KubernetesObject } from '../../../../lib/rehearsal/kubernetes/cluster.ts';
import { deployment, Laboratory, object, podTemplate, service } from '../kubernetes/laboratory.ts';
import { application, smallPlan } from '../small-plan.ts';
import { FakeClusterView } from './fake-cluster-view.ts';

const region = 'eu-central-1';

function modelOf(view: FakeClusterView, selector: Record<string, string> = {}) {
  const plan = smallPlan({ applications: [application('shop', { selector })] });
  const model = new ServingModel({
    plan,
    nowMs: () => nowMs++,
    clusters: new Map([[region, new Map([['main', view]])]]),
    dataStores: new Map(),
  });
  model.learn(region);
  return model;
}

/** Answers are kept for an instant of time. */
let nowMs = 0;

function readyPod(name: string, ready: boolean, owners: object[] = []): KubernetesObject {
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: 'shop' }, ownerReferences: owners as never },
    spec: { containers: [] },
    status,
  };
}

describe('what an application needs to serve', () => {
  test('is a pod without a controller, but no pod of a controller', () => {
    const view = new FakeClusterView();
    const owned = readyPod('owned', true, [{ kind: 'ReplicaSet', controller: true }]);
    view.list.push(readyPod('bare', true), owned);
    const model = modelOf(view);
    view.list.splice(view.list.indexOf(owned), 1);
    expect(model.application('shop', region)).toBeUndefined();
    view.list[0] = readyPod('bare', false);
    expect(model.application('shop', region)).toBe('no ready pod of Pod shop/bare');
  });

  test('is a Service that leads to its pods, whatever labels the Service has', () => {
    const view = new FakeClusterView();
    view.list.push(
      { ...service('entry', { selector: { app: 'shop' } }), metadata: { name: 'entry', namespace: 'shop' } },
      { ...service('other', { selector: { app: 'other' } }), metadata: { name: 'other', namespace: 'shop' } },
      { ...deployment('shop'), metadata: { name: 'shop', namespace: 'shop', labels: { team: 'shop' } } },
    );
    view.endpoints.set('shop/entry', 1).set('shop/other', 1);
    const model = modelOf(view, { team: 'shop' });
    view.endpoints.set('shop/other', 0);
    expect(model.application('shop', region)).toBeUndefined();
    view.endpoints.set('shop/entry', 0);
    expect(model.application('shop', region)).toBe('no ready endpoint of Service shop/entry');
  });
});

describe('before a disaster', () => {
  async function wellOf(...objects: KubernetesObject[]): Promise<string> {
    const lab = new Laboratory();
    lab.cluster.load(objects);
    await lab.run(120);
    const plan = smallPlan({ applications: [application('shop')] });
    try {
      assertWell(plan, [{ region, name: 'main', cluster: lab.cluster, callers: new PriorityLevel() }]);
    } catch (error) {
      return String(error);
    }
    return 'well';
  }
  const pod = (spec: Record<string, unknown>) =>
    object('v1', 'Pod', 'alone', { ...podTemplate('alone'), metadata: { name: 'alone', namespace: 'shop' }, ...spec });
  const template = podTemplate('alone');

  test('a pod that nobody controls must be ready, and is named with what it waits for', async () => {
    expect(await wellOf(pod({ spec: template.spec }))).toBe('well');
    const huge = podTemplate('alone', { resources: { requests: { cpu: '900' } } });
    expect(await wellOf(pod({ spec: huge.spec }))).toMatch(/Pod shop\/alone of shop .*Insufficient cpu/);
  });

  test('a ReplicaSet is named once, by itself or by its Deployment', async () => {
    const huge = podTemplate('web', { resources: { requests: { cpu: '900' } } });
    const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: huge };
    expect(await wellOf(object('apps/v1', 'ReplicaSet', 'web', { spec }))).toContain('ReplicaSet shop/web of shop');
    expect(await wellOf(deployment('web', {}, huge))).not.toContain('ReplicaSet');
  });
});
