import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
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
    authority: estateAuthority(environment, plan.estate),
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
