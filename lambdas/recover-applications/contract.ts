import * as z from 'zod';
import { wave } from '../assess-estate/contract.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Recovers the applications of all waves, each as soon as its own data takes writes and all that it depends on is ready:
 * starts it (HPA minimum first, then Deployments and StatefulSets to the captured counts, never down; resumes the
 * CronJobs that were captured as not suspended; creates what a pilot light lacks from the captured manifests), then
 * looks until its pods are Ready and the plan's checks pass, asked through the API server's service proxy. What is
 * absent of other applications is a ClusterRefusedError. Returns when all are ready, or `waiting` before its time is
 * over: the state machine asks again, and what the journal says is done is not done again.
 * `short`: pods have been unschedulable for longer than nodes take to come. `late`: an application was started and isn't
 * ready for 15 minutes. StaleEpochError when the authority's epoch is not `epoch`.
 * Calls: dynamodb:GetItem on authority and captures; PutItem, Query on journal; eks:DescribeCluster; the Kubernetes API
 * (write, service proxy).
 */
export const contract = defineContract({
  name: 'recover-applications',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    epoch: z.int(),
    /** In the order of recovery; everything that a member depends on is in an earlier one. */
    waves: z.array(wave),
  }),
  output: z.object({
    state: z.enum(['ready', 'waiting', 'short', 'late']),
    /** One sentence for people: what is awaited or missing. */
    reason: z.string(),
    ready: z.int(),
    applications: z.int(),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    CAPTURES_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
