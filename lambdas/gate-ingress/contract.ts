import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Keeps a region that has lost the authority from serving clients who still find it: DNS fails open, and some forget no
 * answer. Its ingress is scaled to nothing, also when another region asks for the lease, which is then given up at once
 * instead of running out. A region that kept the authority after all gets its ingress back. Each region closes itself
 * only; a region that never was the active one is left as it is.
 * Woken by `Yield Requested` and every minute. It believes the authority table, never the event.
 * Calls: dynamodb:GetItem, UpdateItem on authority; GetItem, PutItem, DeleteItem on coordination; PutItem, Query on
 * journal; eks:DescribeCluster; the Kubernetes API (write in the namespaces of the plan's ingress components).
 */
export const contract = defineContract({
  name: 'gate-ingress',
  input: z.looseObject({}),
  output: z.object({
    ingress: z.enum(['left-alone', 'open', 'closed']),
    /** `Kind namespace/name` of what this run scaled. */
    changed: z.array(z.string()),
    leaseGivenUp: z.boolean(),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
