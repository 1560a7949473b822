import { Authority } from '../../lib/authority/authority.ts';
import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { clusterAccess, nodeGroupAccess } from '../shared/kubernetes-access.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { captureReplicas } from './capture-replicas.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, captureReplicas, (environment, runtime) => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const regions = [region, peerRegion(plan, region)];
  return {
    plan,
    region,
    nowMs,
    authority: new Authority({
      client: tableClient({ region: environment.AUTHORITY_REGION }),
      tableName: environment.AUTHORITY_TABLE,
      estate: plan.estate,
    }),
    clusters: clusterAccess(runtime),
    nodeGroups: nodeGroupAccess(runtime),
    stores: regions.map((one) => new CaptureStore(tableClient({ region: one }), environment.CAPTURES_TABLE)),
  };
});
