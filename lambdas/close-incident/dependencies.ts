import { SNSClient } from '@aws-sdk/client-sns';
import { IncidentLock } from '../../lib/authority/incident-lock.ts';
import { IncidentStore } from '../../lib/detection/incident-store.ts';
import { PageMarker } from '../../lib/detection/page-marker.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import { awsClient } from '../shared/aws-client.ts';
import type { EnvironmentOf } from '../shared/contract.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { incidentEvents } from '../shared/incident-events.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { operatorsTopic } from '../shared/operators-topic.ts';
import type { Runtime } from '../shared/runtime.ts';
import { tableClient } from '../shared/table-client.ts';
import type { CloseIncidentDependencies } from './close-incident.ts';
import type { contract } from './contract.ts';

/** Shared by the two functions that close an incident: inside the state machine, and for an execution that was stopped. */
export function closeIncidentDependencies(
  environment: EnvironmentOf<typeof contract>,
  runtime: Runtime,
): CloseIncidentDependencies {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  const suspected = peerRegion(plan, region);
  return {
    plan,
    runtime,
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
    lock: new IncidentLock(onCoordination),
    incidents: new IncidentStore({ ...onCoordination, estate: plan.estate, region: suspected }),
    metrics: embeddedMetrics({ estate: plan.estate, nowMs }),
    pages: new PageMarker({ ...onCoordination, nowMs }),
    events: incidentEvents(region),
    operators: operatorsTopic({ client: awsClient(SNSClient, { region }), topicArn: environment.OPERATORS_TOPIC_ARN }),
  };
}
