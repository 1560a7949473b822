import { InputError } from '../../plan/input-error.ts';
import { type Plan, trafficModes } from '../../plan/plan.ts';
import type { Scenario } from './scenario.ts';

export const staleActor: Scenario = {
  name: 'stale-actor',
  title: 'An old failover wakes after a newer one has claimed',
  description:
    'The active region dies. The failover stalls before it shifts the traffic, an operator takes it over, and once the new one has claimed the old one goes on: it changes nothing, in no traffic mode.',
  expected: 'recovered',
  pages: true,
  durationSeconds: 3600,
  faults: [
    { kind: 'region-dark', atSeconds: 0, region: 'active' },
    { kind: 'failover-stalls', atSeconds: 0, state: 'ShiftTraffic', takeoverAfterSeconds: 60 },
  ],
  amend: inEveryMode,
  amendment: 'dns[].traffic of the first names: health-state, record-change, routing-control',
};

/** ARC clusters have their endpoints in five regions; which five is the cluster's choice. */
const endpointRegions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'];
const controlPanel = 'arn:aws:route53-recovery-control::111122223333:controlpanel/5ca1e/routingcontrol';

function inEveryMode(plan: Plan): Plan {
  const names = [...new Set(plan.applications.flatMap(({ dns }) => dns.map(({ name }) => name)))];
  if (names.length === 0) throw new InputError('stale-actor needs a plan with a public name (applications[].dns)');
  const { active, standby } = plan.regions;
  const routingControls = { [active]: `${controlPanel}/0a`, [standby]: `${controlPanel}/0b` };
  return {
    ...plan,
    applications: plan.applications.map((application) => ({
      ...application,
      dns: application.dns.map((dns) => {
        const traffic = trafficModes[names.indexOf(dns.name)] ?? dns.traffic;
        if (traffic === dns.traffic) return dns;
        return traffic === 'routing-control' ? { ...dns, traffic, routingControls } : { ...dns, traffic };
      }),
    })),
    routingControlCluster: plan.routingControlCluster ?? {
      endpoints: endpointRegions.map((region) => ({
        region,
        url: `https://stale-actor.route53-recovery-cluster.${region}.amazonaws.com/v1`,
      })),
    },
  };
}
