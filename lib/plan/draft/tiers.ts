import type { Pattern } from '../plan.ts';
import { runsByTheClock, type Workload } from './pods.ts';

type Tier = 1 | 2 | 3 | 4;

export interface TierDecision {
  readonly tier: Tier;
  readonly reason: string;
}

export interface TierQuestion {
  readonly name: string;
  readonly workloads: readonly Workload[];
  readonly isEntered: boolean;
  readonly dependsOn: readonly string[];
}

/**
 * A tier for every application: 1 what clients enter, 2 what runs more than one pod, 3 the rest, 4 what only runs by
 * the clock; and nothing is in a lower tier than what depends on it, or the upper one would wait for the lower.
 */
export function tiersOf(questions: readonly TierQuestion[]): ReadonlyMap<string, TierDecision> {
  const tiers = new Map(questions.map((question) => [question.name, ownTier(question)]));
  const raise = (name: string): void => {
    const above = tiers.get(name);
    const dependencies = questions.find((question) => question.name === name)?.dependsOn ?? [];
    for (const dependency of dependencies) {
      const below = tiers.get(dependency);
      if (!above || !below || below.tier <= above.tier) continue;
      tiers.set(dependency, { tier: above.tier, reason: `${name} (tier ${above.tier}) depends on it` });
      raise(dependency);
    }
  };
  for (const tier of [1, 2, 3, 4]) {
    for (const { name } of questions) if (tiers.get(name)?.tier === tier) raise(name);
  }
  return tiers;
}

function ownTier({ workloads, isEntered }: TierQuestion): TierDecision {
  if (isEntered) return { tier: 1, reason: 'it is entered from outside, so clients miss it at once' };
  if (workloads.every(({ kind }) => runsByTheClock(kind))) return { tier: 4, reason: 'it only runs by the clock' };
  if (workloads.some(({ replicas }) => replicas > 1))
    return { tier: 2, reason: 'it runs more than one pod, so an outage was thought of' };
  return { tier: 3, reason: 'one pod of each workload, and nothing in a higher tier names it' };
}

/** Targets by tier, as durations of the plan: what platform teams commonly promise for such tiers. */
export const targetsByTier: Readonly<Record<Tier, { readonly rpo: string; readonly rto: string }>> = {
  1: { rpo: '5m', rto: '20m' },
  2: { rpo: '5m', rto: '25m' },
  3: { rpo: '15m', rto: '30m' },
  4: { rpo: '1h', rto: '1h' },
};

export function patternOf(tier: Tier): { readonly pattern: Pattern; readonly reason: string } {
  if (tier === 4) return { pattern: 'pilot-light', reason: 'nothing of it has to run before it is needed' };
  return {
    pattern: 'warm-standby',
    reason: 'its objects are in the standby cluster already and only have to be scaled',
  };
}
