import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { dataStoreDrivers } from '../shared/data-stores.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { type AssessEstateDependencies, assessEstate } from './assess-estate.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, assessEstate, (environment, runtime): AssessEstateDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  return {
    plan,
    region,
    nowMs,
    authority: estateAuthority(environment, plan.estate),
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    drivers: dataStoreDrivers(plan, runtime),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
