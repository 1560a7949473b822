import { SNSClient } from '@aws-sdk/client-sns';
import { IncidentLock } from '../../lib/authority/incident-lock.ts';
import { IncidentStore } from '../../lib/detection/incident-store.ts';
import { PageMarker } from '../../lib/detection/page-marker.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { operatorsTopic } from '../shared/operators-topic.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { type CloseIncidentDependencies, closeIncident } from './close-incident.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, closeIncident, (environment, runtime): CloseIncidentDependencies => {
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
    pages: new PageMarker({ ...onCoordination, nowMs }),
    operators: operatorsTopic({ client: awsClient(SNSClient, { region }), topicArn: environment.OPERATORS_TOPIC_ARN }),
  };
});
