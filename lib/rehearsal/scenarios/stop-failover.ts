import { failoverStateMachineName } from '../../plan/names.ts';
import type { FaultTargets } from './apply-faults.ts';
import type { Fault } from './scenario.ts';

/** StopExecution by a person, once, when a failover enters the state. */
export function stopFailover({ state }: Extract<Fault, { kind: 'failover-stopped' }>, targets: FaultTargets): void {
  const { kernel, plan, world, sfn, accountId, onFault } = targets;
  const region = plan.regions.standby;
  let isStopped = false;
  sfn.onStateEntered(({ machine, arn, name }, stateName) => {
    if (isStopped || stateName !== state || machine.name !== failoverStateMachineName(plan)) return;
    isStopped = true;
    onFault(`operator stops ${name}`, kernel.nowMs, undefined);
    const caller = { principal: 'human:operator', name: 'human:operator', accountId, region };
    const input = { executionArn: arn, cause: 'stopped by hand' };
    world.call('sfn', { caller, region, operation: 'StopExecution', input }, () => {});
  });
}
