import { awsRegions, strongConsistencySets } from '../aws-regions.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding, PlanPath } from '../mistake.ts';
import { nearestRemedy } from '../nearest.ts';

const roles = ['active', 'standby', 'witness'] as const;

/** Regions are known to AWS, differ from each other, and suit the authority table. */
export function regionFindings(plan: LoosePlan): Finding[] {
  return [...unknownRegions(plan), ...equalRegions(plan), ...strongAuthority(plan)];
}

function unknownRegions(plan: LoosePlan): Finding[] {
  return roles.flatMap((role) => {
    const region = plan.regions[role];
    if (!region || awsRegions.includes(region)) return [];
    const message = `"${region}" is not an AWS region`;
    return [{ path: ['regions', role], message, remedy: nearestRemedy(region, awsRegions) }];
  });
}

function equalRegions(plan: LoosePlan): Finding[] {
  const { active, standby, witness } = plan.regions;
  const findings: Finding[] = [];
  if (active && active === standby) {
    findings.push({
      path: ['regions', 'standby'],
      message: `the standby region is the active one, ${active}: when it dies, both are gone`,
      remedy: 'name another region',
    });
  }
  if (witness && (witness === active || witness === standby)) {
    findings.push({
      path: ['regions', 'witness'],
      message: `the witness region is the ${witness === active ? 'active' : 'standby'} one, ${witness}: it dies with what it should judge`,
      remedy: 'name a third region',
    });
  }
  return findings;
}

function strongAuthority(plan: LoosePlan): Finding[] {
  const { active, standby, witness } = plan.regions;
  const kind = plan.authority.kind ?? 'strong';
  if (kind !== 'strong' || !active || !standby || !witness) return [];
  const chosen = [active, standby, witness];
  if (chosen.some((region) => !awsRegions.includes(region))) return [];
  if (strongConsistencySets.some((set) => chosen.every((region) => set.includes(region)))) return [];
  const sets = strongConsistencySets.map((set) => set.join(' ')).join(' | ');
  return [
    {
      path: plan.authority.kind === undefined ? ['regions'] : ['authority', 'kind'],
      message: `a table with multi-region strong consistency can't span ${chosen.join(', ')}`,
      remedy: `choose all three regions from one set (${sets}), or write authority: {kind: regional}`,
    },
  ];
}

/** Keys of a map by region: the active and the standby region, both of them and nothing else. */
export function byRegionFindings(plan: LoosePlan, path: PlanPath, map: object, what: string): Finding[] {
  const { active, standby } = plan.regions;
  const expected = [...new Set([active, standby])].filter((region) => region !== undefined);
  if (expected.length === 0) return [];
  const given = Object.keys(map);
  const unknown = given
    .filter((region) => !expected.includes(region))
    .map((region): Finding => {
      const message = `"${region}" is neither the active nor the standby region of this plan`;
      return { path: [...path, region], at: 'key', message, remedy: nearestRemedy(region, expected) };
    });
  const missing = expected
    .filter((region) => !given.includes(region))
    .map((region): Finding => {
      const message = `${what} for region ${region} is missing`;
      return { path, at: 'key', message, remedy: `add an entry "${region}"` };
    });
  return [...unknown, ...missing];
}
