import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Single flight: takes the incident lock of this region by conditional write. The same execution asking again has it.
 * Calls: dynamodb:GetItem on authority; PutItem, GetItem and DeleteItem on coordination; PutItem, Query on journal.
 */
export const contract = defineContract({
  name: 'acquire-incident',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    observedEpoch: z.int(),
    /** `takeover`: an operator replaces an execution of this region that has claimed and got stuck. */
    trigger: z.enum(['automatic', 'operator', 'takeover']),
  }),
  output: z.object({
    /** `superseded`: the epoch has moved since the execution was asked for. `blocked`: inside the block period (automatic only). */
    outcome: z.enum(['acquired', 'already-running', 'blocked', 'superseded']),
    reason: z.string(),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
