import * as z from 'zod';
import { fences } from '../../lib/data/data-store-driver.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Fences every data store that this failover promotes, as far as the store can from here, and says for each what could
 * be proved. FenceUnprovedError where a fence is unproved, the plan doesn't accept that by name and no human agreed;
 * then nothing may be promoted. StaleEpochError when the authority's epoch is not `epoch`.
 * Calls: dynamodb:GetItem on authority; PutItem, Query on journal; rds:DescribeGlobalClusters.
 */
export const contract = defineContract({
  name: 'fence-stores',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    epoch: z.int(),
    /** Humans who agreed to this failover with its facts before them; the start by an operator is no such agreement. */
    approvers: z.array(z.string()),
  }),
  output: z.object({
    fences: z.array(
      z.object({
        application: z.string(),
        store: z.string(),
        fence: z.enum(fences),
        detail: z.string(),
        /** What lets it be promoted with this fence. */
        basis: z.enum(['fence', 'approval', 'plan']),
      }),
    ),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
