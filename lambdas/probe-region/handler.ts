import { countedSlots } from '../shared/counted-slots.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { invocationSlots } from '../shared/invocation-slots.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { observationBus } from '../shared/observation-bus.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type ProbeRegionDependencies, probeRegion } from './probe-region.ts';

export const handler = taskHandler(contract, probeRegion, (environment, runtime, log): ProbeRegionDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  const metrics = embeddedMetrics({ estate: plan.estate, nowMs: runtime.nowMs });
  return {
    plan,
    runtime,
    log,
    slots: (beat) => {
      const slots = invocationSlots({ client, tableName: environment.COORDINATION_TABLE, beat }, runtime);
      return countedSlots(slots, beat.replace('#', '-'), metrics);
    },
    get: async (url, signal) => {
      const response = await fetch(url, { signal, redirect: 'manual' });
      await response.body?.cancel();
      return response.status;
    },
    report: observationBus(),
  };
});
