import type { Group } from './grouping.ts';
import { servicesNamedIn } from './host-names.ts';
import type { Service } from './services.ts';
import { type Configurations, settingsOf } from './settings.ts';

/** One application names a Service of another. */
export interface Dependency {
  readonly from: string;
  readonly to: string;
  /** The Service, and the setting that names it. */
  readonly because: string;
}

export interface Dependencies {
  readonly kept: readonly Dependency[];
  /** Left out because they would close a cycle; `cycle` shows it, first and last member are the same. */
  readonly leftOut: readonly (Dependency & { readonly cycle: readonly string[] })[];
}

/** Who needs whom, by the host names in what workloads are told; free of cycles. */
export function dependenciesOf(
  groups: readonly Group[],
  services: readonly Service[],
  configurations: Configurations,
): Dependencies {
  const byHost = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  const found = new Map<string, Dependency>();
  for (const group of groups) {
    for (const workload of group.workloads) {
      for (const setting of settingsOf(workload, configurations)) {
        for (const service of servicesNamedIn(setting, workload.namespace, byHost)) {
          const target = groupBehind(aliasTarget(service, byHost), groups);
          if (!target || target === group || found.has(`${group.name}>${target.name}`)) continue;
          const because = `${setting.name} of ${workload.kind} ${workload.name} names Service ${service.name}`;
          found.set(`${group.name}>${target.name}`, { from: group.name, to: target.name, because });
        }
      }
    }
  }
  return withoutCycles([...found.values()]);
}

/** An ExternalName Service that points to another Service of the cluster stands for it. */
function aliasTarget(service: Service, byHost: ReadonlyMap<string, Service>): Service {
  const [name, namespace, marker] = (service.externalName ?? '').split('.');
  return marker === 'svc' ? (byHost.get(`${namespace}/${name}`) ?? service) : service;
}

function groupBehind(service: Service, groups: readonly Group[]): Group | undefined {
  const [backend] = service.backends;
  return backend && groups.find(({ workloads }) => workloads.includes(backend));
}

/** Keeps dependencies in their order and leaves out each that would close a cycle with those before it. */
function withoutCycles(dependencies: readonly Dependency[]): Dependencies {
  const kept: Dependency[] = [];
  const leftOut: (Dependency & { cycle: readonly string[] })[] = [];
  for (const dependency of dependencies) {
    const wayBack = pathBetween(kept, dependency.to, dependency.from);
    if (wayBack) leftOut.push({ ...dependency, cycle: [dependency.from, ...wayBack] });
    else kept.push(dependency);
  }
  return { kept, leftOut };
}

function pathBetween(edges: readonly Dependency[], from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const here of cameFrom.keys()) {
    if (here === to) break;
    for (const edge of edges) {
      if (edge.from === here && !cameFrom.has(edge.to)) cameFrom.set(edge.to, here);
    }
  }
  if (!cameFrom.has(to)) return undefined;
  const path: string[] = [];
  for (let step: string | undefined = to; step !== undefined; step = cameFrom.get(step)) path.unshift(step);
  return path;
}
