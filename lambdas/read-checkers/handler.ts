import { nodeDns } from '../../lib/traffic/node-dns.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { invocationSlots } from '../shared/invocation-slots.ts';
import { observationBus } from '../shared/observation-bus.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type ReadCheckersDependencies, readCheckers } from './read-checkers.ts';

export const handler = taskHandler(contract, readCheckers, (environment, runtime, log): ReadCheckersDependencies => {
  const client = tableClient({ region: runtime.region });
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    runtime,
    log,
    dns: nodeDns(),
    slots: (beat) => invocationSlots({ client, tableName: environment.COORDINATION_TABLE, beat }, runtime),
    report: observationBus(),
  };
});
