import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Lets every data store that this failover promotes take writes in this region, all at once because none needs another,
 * and looks for up to 50 s until they do; asking again goes on. Whose data is there is told through the journal, where
 * recover-applications waits for it. `failed`: a store refused or gave up; asking again begins it anew.
 * StaleEpochError when the authority's epoch is not `epoch`; nothing is begun under it.
 * Calls: dynamodb:GetItem on authority; PutItem, Query on journal; rds:DescribeGlobalClusters, DescribeDBClusters,
 * FailoverGlobalCluster.
 */
export const contract = defineContract({
  name: 'promote-stores',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), epoch: z.int() }),
  output: z.object({
    state: z.enum(['promoted', 'waiting', 'failed']),
    /** For people: which stores take writes here and which don't, with the reasons. */
    reason: z.string(),
    promoted: z.int(),
    stores: z.int(),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
