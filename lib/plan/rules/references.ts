import type { LoosePlan } from '../loose-plan.ts';
import type { Finding, PlanPath } from '../mistake.ts';
import { nearestRemedy } from '../nearest.ts';
import { byRegionFindings } from './regions.ts';

/** What one part of the plan says of another exists: clusters, applications, namespaces, regions. */
export function referenceFindings(plan: LoosePlan): Finding[] {
  return [
    ...clusterReferences(plan),
    ...dependencies(plan),
    ...checkNamespaces(plan),
    ...regionMaps(plan),
    ...nodeGroupSizes(plan),
  ];
}

function clusterReferences(plan: LoosePlan): Finding[] {
  const known = plan.clusters.flatMap(({ name }) => name ?? []);
  const finding = (path: PlanPath, cluster: unknown): Finding[] => {
    if (cluster === undefined) {
      if (known.length <= 1) return [];
      return [
        { path, message: 'which cluster it runs on is missing', remedy: `add cluster: one of ${known.join(', ')}` },
      ];
    }
    if (typeof cluster !== 'string' || known.includes(cluster) || known.length === 0) return [];
    return [
      {
        path: [...path, 'cluster'],
        message: `cluster "${cluster}" is not in this plan`,
        remedy: nearestRemedy(cluster, known),
      },
    ];
  };
  return [
    ...plan.platform.components.flatMap(({ cluster }, index) => finding(['platform', 'components', index], cluster)),
    ...plan.applications.flatMap(({ cluster }, index) => finding(['applications', index], cluster)),
  ];
}

function dependencies(plan: LoosePlan): Finding[] {
  const known = plan.applications.flatMap(({ name }) => name ?? []);
  return plan.applications.flatMap(({ name, dependsOn }, index) =>
    dependsOn.flatMap((dependency, position): Finding[] => {
      if (dependency === undefined || known.includes(dependency)) return [];
      const others = known.filter((candidate) => candidate !== name);
      const path = ['applications', index, 'dependsOn', position];
      return [
        { path, message: `application "${dependency}" is not in this plan`, remedy: nearestRemedy(dependency, others) },
      ];
    }),
  );
}

function checkNamespaces(plan: LoosePlan): Finding[] {
  return plan.applications.flatMap(({ checks, namespaces }, index) =>
    checks.flatMap(({ namespace }, position): Finding[] => {
      const known = namespaces.flatMap((name) => name ?? []);
      if (namespace === undefined || known.length === 0 || known.includes(namespace)) return [];
      const path = ['applications', index, 'checks', position, 'namespace'];
      return [
        {
          path,
          message: `namespace "${namespace}" is not one of the application's`,
          remedy: nearestRemedy(namespace, known),
        },
      ];
    }),
  );
}

function regionMaps(plan: LoosePlan): Finding[] {
  const { urls } = plan.detection.probe;
  return [
    ...plan.clusters.flatMap(({ regions }, index) =>
      byRegionFindings(plan, ['clusters', index, 'regions'], regions, 'the cluster'),
    ),
    ...plan.applications.flatMap(({ dns }, index) =>
      dns.flatMap(({ targets }, position) =>
        targets
          ? byRegionFindings(plan, ['applications', index, 'dns', position, 'targets'], targets, 'the target')
          : [],
      ),
    ),
    ...(urls ? byRegionFindings(plan, ['detection', 'probe', 'urls'], urls, 'what to probe') : []),
  ];
}

function nodeGroupSizes(plan: LoosePlan): Finding[] {
  return plan.clusters.flatMap(({ regions }, index) =>
    Object.entries(regions).flatMap(([region, { nodeGroups }]) =>
      nodeGroups.flatMap(({ minSize, maxSize }, position): Finding[] => {
        if (minSize === undefined || maxSize === undefined || minSize <= maxSize) return [];
        const path = ['clusters', index, 'regions', region, 'nodeGroups', position, 'minSize'];
        return [
          {
            path,
            message: `minSize ${minSize} is more than maxSize ${maxSize}`,
            remedy: `at most ${maxSize}, or a larger maxSize`,
          },
        ];
      }),
    ),
  );
}
