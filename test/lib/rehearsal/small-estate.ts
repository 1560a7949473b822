import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../../lib/infra/app.ts';
import { bundleHandlers } from '../../../lib/infra/bundle.ts';
import type { KubernetesObject } from '../../../lib/plan/draft/kubernetes-object.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { application, dnsName, smallPlan } from './small-plan.ts';

const cluster = (clusterName: string, minSize: number) => ({
  clusterName,
  autoscaler: 'none' as const,
  nodeGroups: [{ name: 'general', instanceType: 'm6i.xlarge', minSize, maxSize: 6 }],
});

/** A shop that can be rehearsed: web on orders, a pilot light beside them, an ingress. */
export const shop: Plan = smallPlan({
  clusters: [
    { kind: 'eks', name: 'main', regions: { 'eu-central-1': cluster('shop-a', 2), 'eu-west-1': cluster('shop-b', 1) } },
  ],
  applications: [
    application('orders', {
      dataStores: [{ name: 'orders-db', kind: 'external', replication: { by: 'aurora', lagSeconds: 5 } }],
    }),
    application('web', { dependsOn: ['orders'], dns: [dnsName('www.shop.example')] }),
    application('mail', { pattern: 'pilot-light', dependsOn: ['orders'] }),
  ],
  notification: { emails: ['oncall@shop.example'], escalationEmails: [] },
});

/** Manifests of an application: a Deployment with a Service before it. */
export function manifests(name: string, replicas: number, cpu = '1'): KubernetesObject[] {
  const labels = { app: name };
  const container = {
    name,
    image: `registry.shop.example/${name}:1`,
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 5 },
    resources: { requests: { cpu, memory: '256Mi' } },
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: name },
      spec: { selector: labels, ports: [{ port: 8080 }] },
    },
  ];
}

export const shopObjects: readonly KubernetesObject[] = [
  ...manifests('orders', 3),
  ...manifests('web', 3),
  ...manifests('mail', 1),
  ...manifests('ingress-nginx', 2, '100m'),
];

/** Folder of the plan's cloud assembly. */
export async function synthesised(plan: Plan): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'lifeboat-assembly-'));
  buildApp(plan, { bundles: await bundleHandlers(), outdir }).synth();
  return outdir;
}
