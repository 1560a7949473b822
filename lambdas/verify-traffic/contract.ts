import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Asks the zones' own name servers (NS records by the resolver, then each name server directly) what every DNS name of
 * the plan resolves to, and says whether all of them point at this region.
 * Calls: DNS; dynamodb:PutItem, Query on journal (when verified).
 */
export const contract = defineContract({
  name: 'verify-traffic',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), epoch: z.int() }),
  output: z.object({
    verified: z.boolean(),
    names: z.array(z.object({ name: z.string(), expected: z.string(), answers: z.array(z.string()) })),
  }),
  environment: z.object({ PLAN_FILE: z.string(), JOURNAL_TABLE: z.string() }),
});
