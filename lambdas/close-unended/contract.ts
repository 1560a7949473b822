import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * A failover that was stopped by a person or ran out of time never reached a state that lets go of what it holds. Takes
 * Step Functions' event of its end (EventBridge rule: ABORTED and TIMED_OUT of the failover machine), records the
 * execution as aborted, releases its lock and tells the operators.
 * Calls: as close-incident.
 */
export const contract = defineContract({
  name: 'close-unended',
  input: z.object({
    'detail-type': z.literal('Step Functions Execution Status Change'),
    source: z.literal('aws.states'),
    detail: z.object({
      executionArn: z.string(),
      status: z.enum(['ABORTED', 'TIMED_OUT']),
      /** JSON text; Step Functions leaves it out when it is too long for an event, ours is some 200 bytes. */
      input: z.string(),
      /** Epoch milliseconds. */
      startDate: z.number(),
    }),
  }),
  output: z.object({ closedAt: z.iso.datetime(), paged: z.boolean() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
    OPERATORS_TOPIC_ARN: z.string(),
  }),
});
