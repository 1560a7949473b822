import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { RDSClient } from '@aws-sdk/client-rds';
import { AuroraGlobalDriver } from '../../lib/data/aurora-global-driver.ts';
import { GlobalClusters } from '../../lib/data/global-clusters.ts';
import type { DriverOf } from '../../lib/data/promoted-stores.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { awsClient } from './aws-client.ts';
import type { Runtime } from './runtime.ts';

/** Drivers of the plan's data stores for the region that this function runs in. */
export function dataStoreDrivers(plan: Plan, { region, nowMs }: Runtime): DriverOf {
  const rds = awsClient(RDSClient, { region });
  const common = {
    rds,
    globalClusters: new GlobalClusters(rds),
    metrics: awsClient(CloudWatchClient, { region }),
    region,
    peerRegion: peerRegion(plan, region),
    nowMs,
  };
  return (store) => new AuroraGlobalDriver({ ...common, store });
}
