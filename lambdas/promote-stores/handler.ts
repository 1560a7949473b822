import { Journal } from '../../lib/evidence/journal.ts';
import { dataStoreDrivers } from '../shared/data-stores.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type PromoteStoresDependencies, promoteStores } from './promote-stores.ts';

export const handler = taskHandler(contract, promoteStores, (environment, runtime): PromoteStoresDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, plan.estate),
    drivers: dataStoreDrivers(plan, runtime),
    journal: new Journal({ client: tableClient({ region }), tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
