import * as z from 'zod';
import { approval } from '../assess-estate/contract.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Asks people whether a failover may claim the epoch: keeps the state machine's task token with the question in the
 * coordination table (encrypted, never shown) and pages them with the facts. Round 1 asks, 2 reminds, 3 asks the
 * escalation topic too. A question that was decided between two rounds is answered at once; IncidentAbortedError when
 * an abort was asked for.
 * Calls: dynamodb:GetItem on authority; GetItem, PutItem, UpdateItem on coordination; PutItem, Query on journal;
 * sns:Publish on both topics; states:SendTaskSuccess, SendTaskFailure.
 */
export const contract = defineContract({
  name: 'request-approval',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    observedEpoch: z.int(),
    round: z.int().min(1).max(3),
    approval,
    /** Error of the state that asked for nodes, `none` without. */
    nodeScalingError: z.string(),
    taskToken: z.string(),
  }),
  output: z.object({ open: z.boolean() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
    OPERATORS_TOPIC_ARN: z.string(),
    ESCALATION_TOPIC_ARN: z.string(),
    /** Function URL of record-approval. */
    APPROVAL_URL: z.string(),
  }),
});
