import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import type { Pattern } from '../plan.ts';

/** Of these no workload is in the standby region before the failover has made it. */
const madeByFailover: readonly (Pattern | undefined)[] = ['pilot-light', 'backup-restore'];

/** Pods can be started early only of what is there: a scale of what isn't would fail the pre-warm of its cluster. */
export function prewarmFindings({ applications }: LoosePlan): Finding[] {
  return applications.flatMap(({ name, pattern, prewarm }, index): Finding[] => {
    if (prewarm !== 'pods' || !madeByFailover.includes(pattern)) return [];
    const message = `${name ?? 'the application'} has no pods to start early: of a ${pattern} nothing is in the standby region before the failover`;
    const remedy = 'write prewarm: nodes, or keep it there by GitOps with pattern: warm-standby';
    return [{ path: ['applications', index, 'prewarm'], message, remedy }];
  });
}
