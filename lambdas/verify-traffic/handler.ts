import { Journal } from '../../lib/evidence/journal.ts';
import { nodeDns } from '../../lib/traffic/node-dns.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type VerifyTrafficDependencies, verifyTraffic } from './verify-traffic.ts';

export const handler = taskHandler(contract, verifyTraffic, (environment, runtime): VerifyTrafficDependencies => {
  const client = tableClient({ region: runtime.region });
  return {
    plan: readDeployedPlan(environment.PLAN_FILE),
    runtime,
    dns: nodeDns(),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
  };
});
