import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { ApprovalStore } from '../../lib/authority/approval-store.ts';
import { IncidentLock } from '../../lib/authority/incident-lock.ts';
import { PageMarker } from '../../lib/detection/page-marker.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { approvalOutcome } from '../shared/approval-outcome.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { operatorsTopic } from '../shared/operators-topic.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type RequestApprovalDependencies, requestApproval } from './request-approval.ts';

export const handler = taskHandler(contract, requestApproval, (environment, runtime): RequestApprovalDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  const sns = awsClient(SNSClient, { region });
  return {
    plan,
    runtime,
    approvalUrl: environment.APPROVAL_URL,
    authority: estateAuthority(environment, plan.estate),
    lock: new IncidentLock(onCoordination),
    approvals: new ApprovalStore(onCoordination),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
    pages: new PageMarker({ ...onCoordination, nowMs }),
    operators: operatorsTopic({ client: sns, topicArn: environment.OPERATORS_TOPIC_ARN }),
    escalation: operatorsTopic({ client: sns, topicArn: environment.ESCALATION_TOPIC_ARN }),
    outcome: approvalOutcome(awsClient(SFNClient, { region })),
  };
});
