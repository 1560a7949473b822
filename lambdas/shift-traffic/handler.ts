import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type ShiftTrafficDependencies, shiftTraffic } from './shift-traffic.ts';

export const handler = taskHandler(contract, shiftTraffic, (environment, runtime): ShiftTrafficDependencies => {
  const { estate } = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  return {
    runtime,
    authority: estateAuthority(environment, estate),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
  };
});
