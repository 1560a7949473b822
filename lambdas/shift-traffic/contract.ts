import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Lets this region serve: sets the authority's phase to `serving` under the epoch, which turns the decision endpoints
 * and with them the health checks. StaleEpochError when the epoch has moved.
 * Calls: dynamodb:UpdateItem, GetItem on authority; PutItem on journal.
 */
export const contract = defineContract({
  name: 'shift-traffic',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), epoch: z.int() }),
  output: z.object({ shiftedAt: z.iso.datetime() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
