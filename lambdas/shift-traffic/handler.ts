import { Journal } from '../../lib/evidence/journal.ts';
import { ZoneRecords } from '../../lib/traffic/zone-records.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { clusterEndpoints, route53Client } from '../shared/traffic-clients.ts';
import { contract } from './contract.ts';
import { type ShiftTrafficDependencies, shiftTraffic } from './shift-traffic.ts';

export const handler = taskHandler(contract, shiftTraffic, (environment, runtime): ShiftTrafficDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, plan.estate),
    zones: new ZoneRecords({ client: route53Client(), estate: plan.estate }),
    endpoints: clusterEndpoints(plan),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
  };
});
