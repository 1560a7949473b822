import { EKSClient } from '@aws-sdk/client-eks';
import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { eksNodeGroups } from '../../lib/cluster/node-groups.ts';
import { PrewarmStore } from '../../lib/cluster/prewarm-store.ts';
import { IncidentStore } from '../../lib/detection/incident-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { clusterAccess } from '../shared/kubernetes-access.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type PrewarmStandbyDependencies, prewarmStandby } from './prewarm-standby.ts';

export const handler = taskHandler(contract, prewarmStandby, (environment, runtime): PrewarmStandbyDependencies => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const client = tableClient({ region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  return {
    plan,
    runtime,
    authority: estateAuthority(environment, plan.estate),
    incidents: (observed) => new IncidentStore({ ...onCoordination, estate: plan.estate, region: observed }),
    captures: new CaptureStore(client, environment.CAPTURES_TABLE),
    nodeGroups: eksNodeGroups(awsClient(EKSClient, { region })),
    clusters: clusterAccess(runtime),
    store: new PrewarmStore(onCoordination),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs }),
  };
});
