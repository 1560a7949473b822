import { Authority } from '../../lib/authority/authority.ts';
import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { assessEstate } from './assess-estate.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, assessEstate, (environment, { region, nowMs }) => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region });
  return {
    plan,
    region,
    nowMs,
    authority: new Authority({
      client: tableClient({ region: environment.AUTHORITY_REGION }),
      tableName: environment.AUTHORITY_TABLE,
      estate: plan.estate,
    }),
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
