import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { heartbeatMetricName, metricNamespace, peerRegion } from '../../lib/plan/names.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { incidentEvents } from '../shared/incident-events.ts';
import { invocationSlots } from '../shared/invocation-slots.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type RenewLeaseDependencies, renewLease } from './renew-lease.ts';

export const handler = taskHandler(contract, renewLease, (environment, runtime, log): RenewLeaseDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { estate } = plan;
  const client = tableClient({ region: runtime.region });
  // One attempt, well within the beat: a dead ear must not hold up the next renewal.
  const ear = { region: peerRegion(plan, runtime.region), requestTimeoutMs: 2000, maxAttempts: 1 };
  const cloudwatch = awsClient(CloudWatchClient, ear);
  const dimensions = [
    { Name: 'Estate', Value: estate },
    { Name: 'Region', Value: runtime.region },
  ];
  return {
    plan,
    runtime,
    log,
    events: incidentEvents(runtime.region),
    metrics: embeddedMetrics({ estate, nowMs: runtime.nowMs }),
    authority: estateAuthority(environment, estate),
    slots: () => invocationSlots({ client, tableName: environment.COORDINATION_TABLE, beat: 'lease' }, runtime),
    heartbeat: async (atMs, abortSignal) => {
      // StorageResolution 1: an alarm with periods under a minute needs a high-resolution metric.
      const beat = { MetricName: heartbeatMetricName, Value: 1, StorageResolution: 1, Timestamp: new Date(atMs) };
      const data = { Namespace: metricNamespace, MetricData: [{ ...beat, Dimensions: dimensions }] };
      await cloudwatch.send(new PutMetricDataCommand(data), { abortSignal });
    },
  };
});
