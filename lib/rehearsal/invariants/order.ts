import type { Application } from '../../plan/plan.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { InvariantFactory } from './invariant.ts';

/** `…/namespaces/shop/deployments/cart/scale` */
const scaled = /\/apis\/apps\/v1\/namespaces\/([^/]+)\/(?:deployments|statefulsets)\/([^/?]+)\/scale/;

/**
 * No application's pods are started in the standby region before everything it depends on runs there and is ready, by
 * the objects of the cluster. Where the plan says `prewarm: pods` its owners have taken that on themselves.
 */
export const order: InvariantFactory = (evidence, broken) => {
  const { plan } = evidence;
  const { active, standby } = plan.regions;
  const told = new Set<string>();
  return {
    rule: 16,
    onCall(entry) {
      if (entry.service !== 'kubernetes' || entry.region !== standby || entry.error !== undefined) return;
      if (!entry.caller.startsWith('lambda:')) return;
      for (const application of plan.applications) {
        if (application.prewarm === 'pods' || told.has(application.name) || !isStartOf(entry, application)) continue;
        for (const dependency of application.dependsOn) {
          const missing = missingOf(evidence.workloads(active, dependency), evidence.workloads(standby, dependency));
          if (missing === undefined) continue;
          told.add(application.name);
          broken(`${application.name} was started before ${dependency} was ready: ${missing}`);
        }
      }
    },
  };
};

function isStartOf({ operation, input }: TraceEntry, { namespaces }: Application): boolean {
  if (operation !== 'PATCH' || typeof input !== 'object' || input === null || !('path' in input)) return false;
  const namespace = scaled.exec(String(input.path))?.[1];
  return namespace !== undefined && namespaces.includes(namespace);
}

type Workloads = readonly { readonly name: string; readonly replicas: number; readonly ready: number }[];

function missingOf(before: Workloads, now: Workloads): string | undefined {
  for (const { name, replicas } of before) {
    if (replicas === 0) continue;
    const here = now.find((one) => one.name === name);
    if (here === undefined || here.replicas === 0) return `${name} doesn't run`;
    if (here.ready < here.replicas) return `${name} has ${here.ready} of ${here.replicas} pods ready`;
  }
  return undefined;
}
