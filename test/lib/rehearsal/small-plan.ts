import type { Application, Plan } from '../../../lib/plan/plan.ts';

export function application(name: string, changes: Partial<Application> = {}): Application {
  return {
    name,
    owner: { name: 'team', contact: 'team@shop.example' },
    cluster: 'main',
    namespaces: [name],
    selector: {},
    tier: 1,
    rpoSeconds: 60,
    rtoSeconds: 900,
    pattern: 'warm-standby',
    standbyShare: 0,
    prewarm: 'nodes',
    dependsOn: [],
    dataStores: [],
    dns: [],
    checks: [],
    ...changes,
  };
}

export function dnsName(name: string) {
  return {
    name,
    traffic: 'health-state' as const,
    zone: { name: 'shop.example', hostedZoneId: 'Z0SHOP' },
    ttlSeconds: 60,
    targets: { 'eu-central-1': 'lb.eu-central-1.shop.example', 'eu-west-1': 'lb.eu-west-1.shop.example' },
  };
}

/** A shop: `web` with a public name, on `orders` with a replicated store. */
export function smallPlan(changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    estate: 'shop',
    regions: { active: 'eu-central-1', standby: 'eu-west-1', witness: 'eu-west-3' },
    clusters: [
      {
        kind: 'eks',
        name: 'main',
        regions: {
          'eu-central-1': { clusterName: 'shop-a', autoscaler: 'none', nodeGroups: [] },
          'eu-west-1': { clusterName: 'shop-b', autoscaler: 'none', nodeGroups: [] },
        },
      },
    ],
    platform: {
      rpoSeconds: 300,
      rtoSeconds: 600,
      components: [{ role: 'ingress', name: 'nginx', cluster: 'main', namespaces: ['ingress-nginx'] }],
    },
    applications: [
      application('orders', {
        dataStores: [{ name: 'orders-db', kind: 'external', replication: { by: 'aurora', lagSeconds: 5 } }],
      }),
      application('web', { dependsOn: ['orders'], dns: [dnsName('www.shop.example')] }),
    ],
    authority: { kind: 'strong', leaseSeconds: 60 },
    detection: {
      signals: ['probe-standby', 'probe-witness', 'heartbeat-alarm'],
      quorum: 2,
      confirmationSeconds: 60,
      blockSeconds: 3600,
      missingAfterSeconds: 60,
      recoverySeconds: 30,
      probe: {
        intervalSeconds: 10,
        timeoutSeconds: 5,
        urls: {
          'eu-central-1': ['https://lb.eu-central-1.shop.example/healthz'],
          'eu-west-1': ['https://lb.eu-west-1.shop.example/healthz'],
        },
      },
      captureIntervalSeconds: 300,
    },
    approval: {
      mode: 'automatic',
      approvers: 1,
      remindAfterSeconds: 300,
      escalateAfterSeconds: 600,
      expireAfterSeconds: 1800,
    },
    notification: { emails: [], escalationEmails: [] },
    ...changes,
  };
}
