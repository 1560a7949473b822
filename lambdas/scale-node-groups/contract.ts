import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Asks for as many nodes as the active region had (bounded by the plan's maximum); never fewer than there are.
 * Clusters with an autoscaler are left to it. Does not wait: pods becoming Ready is the gate. A node group that is
 * being updated already is left alone when it goes to at least as many.
 * Calls: dynamodb:GetItem on captures; PutItem, Query on journal; eks:DescribeNodegroup, eks:UpdateNodegroupConfig.
 */
export const contract = defineContract({
  name: 'scale-node-groups',
  input: z.object({ executionArn: z.string(), incidentId: z.string() }),
  output: z.object({
    nodeGroups: z.array(
      z.object({
        cluster: z.string(),
        nodeGroup: z.string(),
        fromSize: z.int(),
        toSize: z.int(),
        updateId: z.string().optional(),
      }),
    ),
  }),
  environment: z.object({ PLAN_FILE: z.string(), CAPTURES_TABLE: z.string(), JOURNAL_TABLE: z.string() }),
});
