import { awsRegions } from '../aws-regions.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import { nearestRemedy } from '../nearest.ts';
import { byRegionFindings } from './regions.ts';

/** A cluster has five endpoints (ARC developer guide, "About routing control": five redundant Regional endpoints). */
const endpointsOfCluster = 5;

const describeCluster = 'copy all five from `aws route53-recovery-control-config describe-cluster`';

/** Names moved by routing controls have one in each region and a cluster to ask; nothing else has them. */
export function routingControlFindings(plan: LoosePlan): Finding[] {
  return [...controlsOfNames(plan), ...sharedControls(plan), ...clusterOfControls(plan)];
}

function controlsOfNames(plan: LoosePlan): Finding[] {
  return plan.applications.flatMap(({ dns }, index) =>
    dns.flatMap(({ name, traffic, routingControls }, position): Finding[] => {
      const path = ['applications', index, 'dns', position];
      if (traffic === 'routing-control' && routingControls === undefined) {
        return [
          {
            path: [...path, 'traffic'],
            message: `${name ?? 'the name'} is moved by routing controls and names none`,
            remedy: 'add routingControls: with the ARN for each region, or set traffic: health-state',
          },
        ];
      }
      if (routingControls === undefined) return [];
      if (traffic === 'routing-control') {
        return byRegionFindings(plan, [...path, 'routingControls'], routingControls, 'a routing control');
      }
      return [
        {
          path: [...path, 'routingControls'],
          at: 'key',
          message: `${name ?? 'the name'} has routing controls and is not moved by them`,
          remedy: 'set traffic: routing-control, or remove routingControls',
        },
      ];
    }),
  );
}

/** One control can't let one region serve and stop the other. */
function sharedControls(plan: LoosePlan): Finding[] {
  return plan.applications.flatMap(({ dns }, index) =>
    dns.flatMap(({ routingControls }, position): Finding[] => {
      const arns = Object.values(routingControls ?? {});
      if (new Set(arns).size === arns.length) return [];
      return [
        {
          path: ['applications', index, 'dns', position, 'routingControls'],
          message: 'both regions have the same routing control',
          remedy: 'name one routing control for each region',
        },
      ];
    }),
  );
}

function clusterOfControls(plan: LoosePlan): Finding[] {
  const cluster = plan.routingControlCluster;
  const controlled = plan.applications.flatMap(({ dns }) => dns).filter(({ traffic }) => traffic === 'routing-control');
  if (cluster === undefined) {
    if (controlled.length === 0) return [];
    return [
      {
        path: ['applications'],
        at: 'key',
        message: `${controlled[0]?.name ?? 'a name'} is moved by routing controls, and nothing says where their cluster is`,
        remedy: `add routingControlCluster: {endpoints: [...]}; ${describeCluster}`,
      },
    ];
  }
  if (cluster.endpoints === undefined) return [];
  const regions = cluster.endpoints.flatMap(({ region }) => region ?? []);
  const unknown = cluster.endpoints.flatMap(({ region }, index): Finding[] => {
    if (!region || awsRegions.includes(region)) return [];
    const path = ['routingControlCluster', 'endpoints', index, 'region'];
    return [{ path, message: `"${region}" is not an AWS region`, remedy: nearestRemedy(region, awsRegions) }];
  });
  if (cluster.endpoints.length === endpointsOfCluster && new Set(regions).size === regions.length) return unknown;
  return [
    ...unknown,
    {
      path: ['routingControlCluster', 'endpoints'],
      message: `a cluster has five endpoints in five regions, and here are ${cluster.endpoints.length} in ${new Set(regions).size}`,
      remedy: `${describeCluster}: with fewer, a failover can miss the ones that still work`,
    },
  ];
}
