import { EKSClient } from '@aws-sdk/client-eks';
import { type ClusterAccessor, eksAccess } from '../../lib/cluster/eks-access.ts';
import { awsClient } from './aws-client.ts';
import type { Runtime } from './runtime.ts';

/** Of one request to an API server: a list of a large namespace takes a second, a dead server must not take the function's time. */
const apiTimeoutMs = 5000;

/** The EKS clusters of the function's own region. */
export function clusterAccess(runtime: Runtime): ClusterAccessor {
  const client = awsClient(EKSClient, { region: runtime.region });
  return eksAccess({ client, region: runtime.region, nowMs: runtime.nowMs, timeoutMs: apiTimeoutMs });
}
