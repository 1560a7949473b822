import { nodeDns } from '../../lib/traffic/node-dns.ts';
import { countedSlots } from '../shared/counted-slots.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { invocationSlots } from '../shared/invocation-slots.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { observationBus } from '../shared/observation-bus.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type ReadCheckersDependencies, readCheckers } from './read-checkers.ts';

export const handler = taskHandler(contract, readCheckers, (environment, runtime, log): ReadCheckersDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  const metrics = embeddedMetrics({ estate: plan.estate, nowMs: runtime.nowMs });
  return {
    plan,
    runtime,
    log,
    dns: nodeDns(),
    slots: (beat) => {
      const slots = invocationSlots({ client, tableName: environment.COORDINATION_TABLE, beat }, runtime);
      return countedSlots(slots, contract.name, metrics);
    },
    report: observationBus(),
  };
});
