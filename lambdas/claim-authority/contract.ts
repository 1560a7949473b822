import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Makes this region the active one: one conditional write on epoch and lease. The point of no return: it first marks the
 * incident lock as committed, which fails with IncidentAbortedError when somebody asked for an abort before. Asking again under the same execution is
 * answered with what it got before. LeaseHeldError while the old lease runs, StaleEpochError when the epoch has moved.
 * Calls: dynamodb:GetItem, UpdateItem on authority; GetItem, UpdateItem on coordination; PutItem, Query on journal.
 */
export const contract = defineContract({
  name: 'claim-authority',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), observedEpoch: z.int() }),
  output: z.object({ epoch: z.int(), claimedAt: z.iso.datetime() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
