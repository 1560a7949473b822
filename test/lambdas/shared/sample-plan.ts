import type { Application, Plan } from '../../../lib/plan/plan.ts';

export const active = 'eu-central-1';
export const standby = 'eu-west-1';
export const witness = 'eu-west-3';

export function sampleApplication(name: string, changes: Partial<Application> = {}): Application {
  return {
    name,
    owner: { name: 'payments', contact: 'payments@shop.example' },
    cluster: 'main',
    namespaces: [name],
    selector: {},
    tier: 1,
    rpoSeconds: 60,
    rtoSeconds: 600,
    pattern: 'warm-standby',
    prewarm: 'nodes',
    dependsOn: [],
    dataStores: [],
    dns: [],
    checks: [],
    ...changes,
  };
}

export function healthStateName(name: string): Application['dns'][number] {
  return {
    name,
    traffic: 'health-state',
    zone: { name: 'shop.example', hostedZoneId: 'Z123' },
    ttlSeconds: 60,
    targets: { [active]: `lb.${active}.example`, [standby]: `lb.${standby}.example` },
  };
}

export function samplePlan(changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    estate: 'shop',
    regions: { active, standby, witness },
    clusters: [],
    platform: { rpoSeconds: 600, rtoSeconds: 600, components: [] },
    applications: [sampleApplication('web', { dns: [healthStateName('www.shop.example')] })],
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
        urls: { [active]: ['https://a.example/healthz', 'https://b.example/healthz'] },
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
