import { EKSClient } from '@aws-sdk/client-eks';
import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { eksNodeGroups } from '../../lib/cluster/node-groups.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { scaleNodeGroups } from './scale-node-groups.ts';

export const handler = taskHandler(contract, scaleNodeGroups, (environment, runtime) => {
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    region,
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    nodeGroups: eksNodeGroups(awsClient(EKSClient, { region: runtime.region })),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
