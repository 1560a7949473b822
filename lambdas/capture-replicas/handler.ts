import { EKSClient } from '@aws-sdk/client-eks';
import { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { eksNodeGroups } from '../../lib/cluster/node-groups.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import { awsClient } from '../shared/aws-client.ts';
import { readDeployedPlan } from '../shared/deployed-plan.ts';
import { estateAuthority } from '../shared/estate-authority.ts';
import { clusterAccess } from '../shared/kubernetes-access.ts';
import { embeddedMetrics } from '../shared/metrics.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { captureReplicas } from './capture-replicas.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, captureReplicas, (environment, runtime, log) => {
  const plan = readDeployedPlan(environment.PLAN_FILE);
  const { region, nowMs } = runtime;
  const store = (at: string) => new CaptureStore(tableClient({ region: at }), environment.CAPTURES_TABLE);
  return {
    plan,
    region,
    nowMs,
    authority: estateAuthority(environment, plan.estate),
    clusters: clusterAccess(runtime),
    nodeGroups: eksNodeGroups(awsClient(EKSClient, { region: runtime.region })),
    log,
    metrics: embeddedMetrics({ estate: plan.estate, nowMs }),
    own: store(region),
    peer: store(peerRegion(plan, region)),
  };
});
