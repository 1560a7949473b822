import type { LooseApplication, LoosePlan } from '../loose-plan.ts';
import type { Finding, PlanPath } from '../mistake.ts';

interface Named {
  readonly path: PlanPath;
  readonly name: string | undefined;
}

/** Names that must be told apart are different, and no object belongs to two applications. */
export function nameFindings(plan: LoosePlan): Finding[] {
  const { applications, clusters } = plan;
  return [
    ...duplicates(
      'application',
      applications.map(({ name }, index) => ({ path: ['applications', index, 'name'], name })),
    ),
    ...duplicates(
      'cluster',
      clusters.map(({ name }, index) => ({ path: ['clusters', index, 'name'], name })),
    ),
    ...duplicates(
      'DNS name',
      applications.flatMap(({ dns }, index) =>
        dns.map(({ name }, position): Named => ({ path: ['applications', index, 'dns', position, 'name'], name })),
      ),
    ),
    ...applications.flatMap(({ dataStores }, index) =>
      duplicates(
        'data store',
        dataStores.map(({ name }, position) => ({
          path: ['applications', index, 'dataStores', position, 'name'],
          name,
        })),
      ),
    ),
    ...sharedNamespaces(applications),
  ];
}

function duplicates(what: string, all: readonly Named[]): Finding[] {
  const first = new Map<string, Named>();
  return all.flatMap((named) => {
    if (named.name === undefined) return [];
    const earlier = first.get(named.name);
    if (!earlier) {
      first.set(named.name, named);
      return [];
    }
    const message = `${what} "${named.name}" is there twice`;
    return [{ path: named.path, message, remedy: 'give each a name of its own, or remove one' }];
  });
}

function sharedNamespaces(applications: readonly LooseApplication[]): Finding[] {
  return applications.flatMap((application, index) =>
    application.namespaces.flatMap((namespace, position): Finding[] => {
      const other = applications
        .slice(0, index)
        .find(
          (earlier) =>
            earlier.cluster === application.cluster &&
            earlier.namespaces.includes(namespace) &&
            sameObjects(earlier, application),
        );
      if (!other || namespace === undefined) return [];
      return [
        {
          path: ['applications', index, 'namespaces', position],
          message: `objects of namespace "${namespace}" would belong to ${other.name} and to ${application.name}`,
          remedy: 'give both a selector that tells their objects apart, or make them one application',
        },
      ];
    }),
  );
}

function sameObjects(one: LooseApplication, other: LooseApplication): boolean {
  const keys = Object.keys(one.selector);
  if (keys.length === 0 || Object.keys(other.selector).length === 0) return true;
  return (
    keys.length === Object.keys(other.selector).length && keys.every((key) => one.selector[key] === other.selector[key])
  );
}
