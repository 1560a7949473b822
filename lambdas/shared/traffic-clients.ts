import { Route53Client } from '@aws-sdk/client-route-53';
import { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import type { Plan } from '../../lib/plan/plan.ts';
import type { ClusterEndpoint } from '../../lib/traffic/routing-controls.ts';
import { awsClient } from './aws-client.ts';

/** Route 53's one control plane (AWS Fault Isolation Boundaries whitepaper, appendix A). */
const route53Region = 'us-east-1';
/**
 * Attempts of one call: with the SDK's doubling, jittered pauses (50 ms to 20 s, throttled ones from 500 ms) six of them
 * outlast the burst of a whole team's deployment and still end within a function's time.
 */
const route53Attempts = 6;
/** The endpoint answers within milliseconds of its region or is none: then the next one is asked. */
const endpointAnswerMs = 2000;

export function route53Client(): Route53Client {
  return awsClient(Route53Client, { region: route53Region, maxAttempts: route53Attempts });
}

/** One client for each endpoint of the plan's ARC cluster; none where the plan has no cluster. */
export function clusterEndpoints({ routingControlCluster }: Pick<Plan, 'routingControlCluster'>): ClusterEndpoint[] {
  return (routingControlCluster?.endpoints ?? []).map(({ region, url }) => ({
    region,
    client: awsClient(Route53RecoveryClusterClient, {
      region,
      endpoint: url,
      requestTimeoutMs: endpointAnswerMs,
      maxAttempts: 1,
    }),
  }));
}
