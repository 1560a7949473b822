import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { DependencyUnavailableError } from '../shared/errors.ts';
import { invocationSlots } from '../shared/invocation-slots.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type ObservationDetail, type ProbeRegionDependencies, probeRegion } from './probe-region.ts';

export const handler = taskHandler(contract, probeRegion, (environment, runtime, log): ProbeRegionDependencies => {
  const client = tableClient({ region: runtime.region });
  const buses = new Map<string, EventBridgeClient>();
  const busOf = (region: string) => {
    const bus = buses.get(region) ?? awsClient(EventBridgeClient, { region });
    buses.set(region, bus);
    return bus;
  };
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    runtime,
    log,
    slots: (beat) => invocationSlots({ client, tableName: environment.COORDINATION_TABLE, beat }, runtime),
    get: async (url, signal) => {
      const response = await fetch(url, { signal, redirect: 'manual' });
      await response.body?.cancel();
      return response.status;
    },
    report: async (toRegion: string, detail: ObservationDetail, signal: AbortSignal) => {
      const entry = { Source: 'lifeboat', DetailType: 'Signal Observed', Detail: JSON.stringify(detail) };
      const answer = await busOf(toRegion).send(new PutEventsCommand({ Entries: [entry] }), { abortSignal: signal });
      const refused = answer.Entries?.find((result) => result.ErrorCode !== undefined);
      if (refused) throw new DependencyUnavailableError(`bus of ${toRegion}: ${refused.ErrorCode}`);
    },
  };
});
