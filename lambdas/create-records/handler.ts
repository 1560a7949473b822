import { nodeDns } from '../../lib/traffic/node-dns.ts';
import { ZoneRecords } from '../../lib/traffic/zone-records.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { route53Client } from '../shared/traffic-clients.ts';
import { contract } from './contract.ts';
import { type CreateRecordsDependencies, createRecords } from './create-records.ts';

export const handler = taskHandler(contract, createRecords, (environment, runtime): CreateRecordsDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  return {
    plan,
    region: runtime.region,
    authority: estateAuthority(environment, plan.estate),
    dns: nodeDns(),
    zones: new ZoneRecords({ client: route53Client(), estate: plan.estate }),
  };
});
