import { failoverStateMachineName } from '../../plan/names.ts';
import type { MachineExecution } from '../aws/sfn/machine-execution.ts';
import type { FaultTargets } from './apply-faults.ts';
import type { Fault } from './scenario.ts';

/** The old execution is held before its state, a new one by an operator takes its place, and then the old one goes on. */
export function stallFailover(
  { state, takeoverAfterSeconds }: Extract<Fault, { kind: 'failover-stalls' }>,
  targets: FaultTargets,
): void {
  const { kernel, plan, sfn, onFault } = targets;
  let stalled: MachineExecution | undefined;
  let claiming: MachineExecution | undefined;
  let isAwake = false;
  sfn.onStateEntered((execution, stateName) => {
    if (execution.machine.name !== failoverStateMachineName(plan)) return;
    if (stalled === undefined) {
      if (stateName !== state) return;
      stalled = execution;
      execution.pause();
      onFault(`${execution.name} stalls before ${state}`, kernel.nowMs, undefined);
      kernel.after(takeoverAfterSeconds * 1000, 'operator takes over', () => takeOver(execution, targets));
    } else if (execution !== stalled && stateName === 'ClaimAuthority') {
      claiming = execution;
    } else if (execution === claiming && !isAwake) {
      isAwake = true;
      onFault(`${stalled.name} wakes`, kernel.nowMs, undefined);
      stalled.resume();
    }
  });
}

/** As docs/runbook.md has it: the same input under the epoch that the stuck execution claimed. */
function takeOver(stuck: MachineExecution, { kernel, plan, world, accountId, onFault }: FaultTargets): void {
  const region = plan.regions.standby;
  const given = JSON.parse(stuck.inputText) as { incidentId: string; observedEpoch: number };
  const input = { incidentId: given.incidentId, observedEpoch: given.observedEpoch + 1, trigger: 'takeover' };
  onFault('operator takes over', kernel.nowMs, undefined);
  world.call(
    'sfn',
    {
      caller: { principal: 'human:operator', name: 'human:operator', accountId, region },
      region,
      operation: 'StartExecution',
      input: { stateMachineArn: stuck.machine.arn, name: 'failover-taken-over', input: JSON.stringify(input) },
    },
    () => {},
  );
}
