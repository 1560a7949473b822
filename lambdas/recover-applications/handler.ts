import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { clusterAccess } from '../shared/kubernetes-access.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { recoverApplications } from './recover-applications.ts';

export const handler = taskHandler(contract, recoverApplications, (environment, runtime) => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, plan.estate),
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    clusters: clusterAccess(runtime),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
