import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { clusterAccess } from '../shared/kubernetes-access.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { checkWave } from './check-wave.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, checkWave, (environment, runtime) => {
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    nowMs,
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    clusters: clusterAccess(runtime),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
