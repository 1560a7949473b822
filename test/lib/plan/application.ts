import type { Application } from '../../../lib/plan/plan.ts';

/** A stateless warm standby; tests give the members they are about. */
export function application(name: string, members: Partial<Application> = {}): Application {
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
    prewarm: 'nodes',
    dependsOn: [],
    dataStores: [],
    dns: [],
    checks: [],
    ...members,
  };
}
