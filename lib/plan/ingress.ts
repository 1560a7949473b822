import type { Plan } from './plan.ts';

/** Where the plan's ingress components run in a cluster. */
export function ingressNamespaces(plan: Plan, cluster: string): readonly string[] {
  const components = plan.platform.components.filter((one) => one.role === 'ingress' && one.cluster === cluster);
  return [...new Set(components.flatMap(({ namespaces }) => namespaces))].sort();
}
