import { formatDuration } from '../duration.ts';
import type { LooseApplication, LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import type { Pattern } from '../plan.ts';

/**
 * Least time, after the decision to fail over, in which a pattern can serve clients again, in seconds.
 * - active-active: pods and data are there; what is left is a health check of Route 53 (fast interval 10 s,
 *   threshold 1 at the least) noticing the decision.
 * - warm-standby: replicas are added to what runs: image pull, start and a readiness probe take 30 s where the node
 *   is there; nobody promises less than a minute.
 * - pilot-light: nodes come first. An EC2 instance takes 60 to 120 s to join an EKS cluster; then as warm-standby.
 * - backup-restore: volumes and objects are read back first; an EBS volume from a snapshot and a database that replays
 *   its log take 30 min in the best of drills.
 */
export const patternFloorSeconds: Readonly<Record<Pattern, number>> = {
  'active-active': 10,
  'warm-standby': 60,
  'pilot-light': 180,
  'backup-restore': 1_800,
};

const defaultConfirmationSeconds = 60;
const defaultLeaseSeconds = 60;
const defaultTtlSeconds = 60;

/** Targets that arithmetic alone refuses. */
export function targetFindings(plan: LoosePlan): Finding[] {
  return plan.applications.flatMap((application, index) => [
    ...unreachableRto(plan, application, index),
    ...unreachableRpo(application, index),
  ]);
}

function unreachableRto(plan: LoosePlan, application: LooseApplication, index: number): Finding[] {
  const { pattern, rto, dns } = application;
  if (pattern === undefined || rto === undefined) return [];
  const decision = Math.max(
    plan.detection.confirmation ?? defaultConfirmationSeconds,
    plan.authority.lease ?? defaultLeaseSeconds,
  );
  const resolvers = Math.max(0, ...dns.map(({ ttl }) => ttl ?? defaultTtlSeconds));
  const floor = decision + patternFloorSeconds[pattern] + resolvers;
  if (rto >= floor) return [];
  const parts = `${formatDuration(decision)} to decide (confirmation or lease), ${formatDuration(patternFloorSeconds[pattern])} to come up, ${formatDuration(resolvers)} until resolvers forget`;
  return [
    {
      path: ['applications', index, 'rto'],
      message: `${pattern} can't be back in ${formatDuration(rto)}: it takes ${formatDuration(floor)} at the least (${parts})`,
      remedy: fasterPatternRemedy(pattern, rto - decision - resolvers, floor),
    },
  ];
}

function fasterPatternRemedy(pattern: Pattern, allowedSeconds: number, floor: number): string {
  const order: readonly Pattern[] = ['pilot-light', 'warm-standby', 'active-active'];
  const faster = order.find((candidate) => candidate !== pattern && patternFloorSeconds[candidate] <= allowedSeconds);
  const longer = `set rto to ${formatDuration(floor)} or more`;
  return faster ? `${longer}, or choose pattern ${faster}` : longer;
}

function unreachableRpo(application: LooseApplication, index: number): Finding[] {
  const { rpo } = application;
  if (rpo === undefined) return [];
  return application.dataStores.flatMap(({ name, replication }): Finding[] => {
    const lag = replication?.lag;
    if (lag === undefined || lag <= rpo) return [];
    return [
      {
        path: ['applications', index, 'rpo'],
        message: `an RPO of ${formatDuration(rpo)} can't be met: the copy of ${name ?? 'its data store'} may be ${formatDuration(lag)} behind`,
        remedy: `set rpo to ${formatDuration(lag)} or more, or replicate faster`,
      },
    ];
  });
}
