import type { Plan } from '../../plan/plan.ts';
import { routingControlStates } from '../../plan/traffic.ts';
import type { RecoveryClusterService } from '../aws/arc/recovery-cluster-service.ts';

/**
 * The plan's routing controls as docs/runbook.md has them set up: the active region's on, the other one's off, and a
 * safety rule that keeps one of each pair on.
 */
export function defineRoutingControls(plan: Plan, cluster: RecoveryClusterService): void {
  cluster.defineCluster((plan.routingControlCluster?.endpoints ?? []).map(({ region }) => region));
  for (const [arn, state] of routingControlStates(plan, plan.regions.active))
    cluster.defineControl(arn, state === 'On');
  for (const { name, routingControls } of plan.applications.flatMap(({ dns }) => dns)) {
    if (routingControls === undefined) continue;
    cluster.defineRule({ name: `one-of-${name}`, routingControlArns: Object.values(routingControls), atLeastOn: 1 });
  }
}
