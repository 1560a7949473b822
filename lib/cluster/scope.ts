import type { Application, Plan } from '../plan/plan.ts';

/** The name under which the platform is captured, scaled and reported: wave 0. */
export const platformName = 'platform';

/** What belongs together in one cluster: whole namespaces, or what carries all labels of the selector in them. */
export interface Scope {
  readonly name: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
}

export function applicationScope(application: Application): Scope {
  const { name, cluster, namespaces, selector } = application;
  return { name, cluster, namespaces, selector };
}

/** One scope per cluster that has platform components with namespaces. */
export function platformScopes(plan: Plan): readonly Scope[] {
  return plan.clusters.flatMap((cluster) => {
    // Functions can't reach a self-managed cluster yet (recoverability.ts says so of its applications).
    if (cluster.kind === 'self-managed') return [];
    const components = plan.platform.components.filter((component) => component.cluster === cluster.name);
    const namespaces = [...new Set(components.flatMap((component) => component.namespaces))];
    return namespaces.length === 0 ? [] : [{ name: platformName, cluster: cluster.name, namespaces, selector: {} }];
  });
}

/** The scopes behind a name of a wave; throws RangeError for a name that the plan doesn't have. */
export function scopesOf(plan: Plan, name: string): readonly Scope[] {
  if (name === platformName) return platformScopes(plan);
  const application = plan.applications.find((candidate) => candidate.name === name);
  if (application === undefined) throw new RangeError(`the plan has no application ${name}`);
  return [applicationScope(application)];
}

export function inScope(labels: Readonly<Record<string, string>>, scope: Scope): boolean {
  return Object.entries(scope.selector).every(([key, value]) => labels[key] === value);
}
