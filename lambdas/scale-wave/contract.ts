import * as z from 'zod';
import { wave } from '../assess-estate/contract.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Brings the applications of a wave to the captured replica counts: HPA minimum first, then Deployments and
 * StatefulSets; never down. Resumes the CronJobs that were captured as not suspended. Pilot-light workloads that are
 * absent are created from the captured manifests; what is absent of others is a ClusterRefusedError.
 * StaleEpochError when the authority's epoch is not `epoch`.
 * Calls: dynamodb:GetItem on authority and captures; PutItem on journal; eks:DescribeCluster; the Kubernetes API (write).
 */
export const contract = defineContract({
  name: 'scale-wave',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), epoch: z.int(), wave }),
  output: z.object({
    startedAt: z.iso.datetime(),
    applications: z.array(
      z.object({ name: z.string(), workloads: z.int(), created: z.int(), scaled: z.int(), resumed: z.int() }),
    ),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    CAPTURES_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
