import { SFNClient } from '@aws-sdk/client-sfn';
import { ApprovalStore } from '../../lib/authority/approval-store.ts';
import { IncidentLock } from '../../lib/authority/incident-lock.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { approvalOutcome } from '../shared/approval-outcome.ts';
import { awsClient } from '../shared/aws-client.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type RecordApprovalDependencies, recordApproval } from './record-approval.ts';

export const handler = taskHandler(contract, recordApproval, (environment, runtime): RecordApprovalDependencies => {
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  return {
    runtime,
    authority: estateAuthority(environment, environment.ESTATE),
    lock: new IncidentLock(onCoordination),
    approvals: new ApprovalStore(onCoordination),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
    outcome: approvalOutcome(awsClient(SFNClient, { region })),
  };
});
