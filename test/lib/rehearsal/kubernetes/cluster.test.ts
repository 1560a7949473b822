import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { ClusterDarkError, type KubernetesObject } from '../../../../lib/rehearsal/kubernetes/cluster.ts';
import { configMap, deployment, Laboratory, object, service } from './laboratory.ts';

function estate(workloads: number, replicas: number): KubernetesObject[] {
  return Array.from({ length: workloads }, (_, index) => [
    deployment(`app-${index}`, { replicas }),
    service(`app-${index}`),
  ]).flat();
}

describe('a cluster', () => {
  test('brings what was loaded to Ready and lets traffic in', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web', { replicas: 2 }), service('web')]);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
    await lab.run(3);
    expect(lab.cluster.pendingPods).toBe(2);
    await lab.run(27);
    expect(lab.readyPods()).toHaveLength(2);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(2);
    expect(lab.cluster.pendingPods).toBe(0);
  });

  test('lives the same life with the same seed and another with another', async () => {
    const history = async (seed: number): Promise<string> => {
      const lab = new Laboratory({ seed });
      lab.cluster.load(estate(5, 2));
      await lab.run(60);
      return JSON.stringify([lab.cluster.objects('Pod'), lab.cluster.objects('EndpointSlice')]);
    };
    const first = await history(1);
    expect(await history(1)).toBe(first);
    expect(await history(2)).not.toBe(first);
  });

  test('answers and serves nothing once stopped', async () => {
    const lab = new Laboratory();
    lab.cluster.load([deployment('web'), service('web')]);
    await lab.run(30);
    lab.cluster.stop();
    expect(lab.cluster.stopped).toBe(true);
    expect(() => lab.get('/readyz')).toThrow(ClusterDarkError);
    expect(lab.cluster.readyEndpoints('shop', 'web')).toBe(0);
    const pods = lab.cluster.objects('Pod');
    await lab.run(3600);
    expect(lab.cluster.objects('Pod')).toEqual(pods);
  });

  test('comes to rest: nothing is scheduled while nothing changes', async () => {
    const lab = new Laboratory();
    lab.cluster.load(estate(3, 2));
    await lab.kernel.run();
    expect(lab.readyPods()).toHaveLength(6);
  });

  test('replaces the pods of a node that is gone on the other nodes', async () => {
    const lab = new Laboratory({ nodes: 2 });
    lab.cluster.load([deployment('web', { replicas: 4 }), service('web')]);
    await lab.run(30);
    lab.cluster.removeNode('ip-10-0-0-1.lab');
    lab.cluster.removeNode('unknown');
    expect(lab.readyPods()).toHaveLength(2);
    await lab.run(30);
    expect(lab.readyPods()).toHaveLength(4);
    expect(new Set(lab.cluster.objects('Pod').map((pod) => pod.spec.nodeName))).toEqual(new Set(['ip-10-0-0-2.lab']));
  });

  test('carries 60 workloads and 150 pods through 40 minutes in well under a second', async () => {
    const lab = new Laboratory({ nodes: 12 });
    const before = performance.now();
    lab.cluster.load(estate(60, 3).slice(0, 120));
    await lab.run(2400);
    expect(lab.readyPods()).toHaveLength(180);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('loading', () => {
  test('makes namespaces that are missing, with their service account', () => {
    const lab = new Laboratory();
    lab.cluster.load([configMap('settings')]);
    expect(lab.get('/api/v1/namespaces/shop').body.status.phase).toBe('Active');
    expect(lab.get('/api/v1/namespaces/shop/serviceaccounts/default').status).toBe(200);
  });

  test('puts objects without a namespace into default and takes lists apart', () => {
    const lab = new Laboratory();
    const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    lab.cluster.load([{ apiVersion: 'v1', kind: 'List', metadata: { name: '' }, items: [item] }]);
    expect(lab.cluster.objects('ConfigMap', 'default').map((each) => each.metadata.name)).toContain('a');
  });

  test('applies over what is there', () => {
    const lab = new Laboratory();
    lab.cluster.load([configMap('settings', { a: '1' })]);
    lab.cluster.load([
      configMap('settings', { a: '2' }),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'x' } } },
    ]);
    expect(lab.get('/api/v1/namespaces/shop/configmaps/settings').body.data).toEqual({ a: '2' });
    expect(lab.get('/api/v1/namespaces/shop').body).toMatchObject({
      metadata: { labels: { team: 'x' } },
      status: { phase: 'Active' },
    });
  });

  test('turns autoscaling/v1 autoscalers into v2', () => {
    const lab = new Laboratory();
    const spec = {
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 80,
    };
    lab.cluster.load([object('autoscaling/v1', 'HorizontalPodAutoscaler', 'web', { spec })]);
    expect(lab.get('/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web').status).toBe(200);
  });

  test('refuses what a real server refuses, by object and cause', () => {
    const lab = new Laboratory();
    expect(() => lab.cluster.load([object('apps/v1', 'Deployment', 'web', { spec: {} })])).toThrow(InputError);
    expect(() => lab.cluster.load([object('apps/v1', 'Deployment', 'web', { spec: {} })])).toThrow(
      /Deployment shop\/web: .*spec.selector: Required value/,
    );
    expect(() => lab.cluster.load([object('apps/v1beta1', 'Deployment', 'web', {})])).toThrow(
      /no matches for kind "Deployment" in version "apps\/v1beta1"/,
    );
  });

  test('serves a custom kind without its definition and says so', () => {
    const lab = new Laboratory();
    lab.cluster.load([
      object('monitoring.coreos.com/v1', 'ServiceMonitor', 'web', { spec: { x: 1 } }),
      { apiVersion: 'example.com/v1', kind: 'Policy', metadata: { name: 'p' } },
      object('example.com/v1', 'Mess', 'm', {}),
    ]);
    expect(lab.cluster.assumedKinds).toEqual([
      'monitoring.coreos.com/v1 ServiceMonitor',
      'example.com/v1 Policy',
      'example.com/v1 Mess',
    ]);
    expect(lab.get('/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors/web').body.spec).toEqual({ x: 1 });
    expect(lab.get('/apis/example.com/v1/policies/p').status).toBe(200);
    expect(lab.get('/apis/example.com/v1/namespaces/shop/messes/m').status).toBe(200);
  });
});

const retailStore = new URL('../../../../../shared/estates/retail-store/', import.meta.url);

describe('the retail store', () => {
  const there = existsSync(retailStore);
  test(there ? 'becomes Ready, every service reachable' : 'is not on this machine: nothing to load', async () => {
    if (!there) return;
    const objects: KubernetesObject[] = readdirSync(retailStore).flatMap((file) =>
      parseAllDocuments(readFileSync(new URL(file, retailStore), 'utf8'))
        .map((document) => document.toJS())
        .filter((value) => value !== null),
    );
    const lab = new Laboratory();
    lab.cluster.load(objects);
    await lab.run(120);
    expect(lab.cluster.assumedKinds).toEqual([]);
    expect(lab.cluster.pendingPods).toBe(0);
    const dark = lab.cluster
      .objects('Service')
      .filter(({ metadata }) => lab.cluster.readyEndpoints(metadata.namespace ?? '', metadata.name) === 0);
    expect(dark.map((each) => each.metadata.name)).toEqual([]);
    expect(lab.cluster.objects('PersistentVolumeClaim').map((claim) => claim.status?.phase)).toEqual([
      'Bound',
      'Bound',
      'Bound',
    ]);
  });
});
