import { SNSClient } from '@aws-sdk/client-sns';
import { PageMarker } from '../../lib/detection/page-marker.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { operatorsTopic } from '../shared/operators-topic.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type NotifyOperatorsDependencies, notifyOperators } from './notify-operators.ts';

export const handler = taskHandler(contract, notifyOperators, (environment, runtime): NotifyOperatorsDependencies => {
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    runtime,
    approvalUrl: environment.APPROVAL_URL,
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
    pages: new PageMarker({ client, tableName: environment.COORDINATION_TABLE, nowMs }),
    operators: operatorsTopic({ client: awsClient(SNSClient, { region }), topicArn: environment.OPERATORS_TOPIC_ARN }),
  };
});
