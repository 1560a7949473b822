import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { IncidentStore } from '../../lib/detection/incident-store.ts';
import { PageMarker } from '../../lib/detection/page-marker.ts';
import { SignalStore } from '../../lib/detection/signal-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { incidentEvents } from '../shared/incident-events.ts';
import { operatorsTopic } from '../shared/operators-topic.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { alarmStates } from './alarm-states.ts';
import { type AssessIncidentDependencies, assessIncident } from './assess-incident.ts';
import { contract } from './contract.ts';
import { failoverMachine } from './failover-machine.ts';

export const handler = taskHandler(contract, assessIncident, (environment, runtime): AssessIncidentDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { estate, detection } = plan;
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  const sns = { client: awsClient(SNSClient, { region }), topicArn: environment.OPERATORS_TOPIC_ARN };
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, estate),
    alarms: alarmStates(awsClient(CloudWatchClient, { region })),
    signals: (observed) => new SignalStore({ ...detection, ...onCoordination, region: observed }),
    incidents: (observed) => new IncidentStore({ ...onCoordination, estate, region: observed }),
    pages: new PageMarker({ ...onCoordination, nowMs }),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
    operators: operatorsTopic(sns),
    events: incidentEvents(region),
    failover: failoverMachine(awsClient(SFNClient, { region }), environment.FAILOVER_STATE_MACHINE_ARN),
  };
});
