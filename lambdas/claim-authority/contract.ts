import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Makes this region the active one: one conditional write on epoch and lease. The point of no return: it first marks the
 * incident lock as committed, which fails with IncidentAbortedError when somebody asked for an abort before. Asking again under the same execution is
 * answered with what it got before. `lease-held` while the old lease runs: it then asks the holder to yield, if a
 * person decided this failover or a quorum still holds. LeaseRenewedError when nobody says so and the region goes on
 * renewing, StaleEpochError when the epoch has moved.
 * Calls: dynamodb:GetItem, UpdateItem on authority; GetItem, Query, UpdateItem on coordination; PutItem, Query on journal.
 */
export const contract = defineContract({
  name: 'claim-authority',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    observedEpoch: z.int(),
    trigger: z.enum(['automatic', 'operator', 'takeover']),
    /** ARNs of who approved; empty where nobody was asked. */
    approvers: z.array(z.string()),
    /** When the lease ended as it was assessed: a claim before it need not be tried. */
    leaseExpiresAt: z.iso.datetime(),
  }),
  output: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('claimed'), epoch: z.int(), claimedAt: z.iso.datetime() }),
    z.object({ outcome: z.literal('lease-held'), reason: z.string() }),
  ]),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
