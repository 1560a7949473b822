import { IncidentLock } from '../../lib/authority/incident-lock.ts';
import { SignalStore } from '../../lib/detection/signal-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { type ClaimAuthorityDependencies, claimAuthority } from './claim-authority.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, claimAuthority, (environment, runtime): ClaimAuthorityDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const client = tableClient({ region: runtime.region });
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, plan.estate),
    signals: (region) =>
      new SignalStore({
        ...{ client, tableName: environment.COORDINATION_TABLE, region },
        missingAfterSeconds: plan.detection.missingAfterSeconds,
      }),
    lock: new IncidentLock({ client, tableName: environment.COORDINATION_TABLE }),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
  };
});
