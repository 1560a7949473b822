import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * In the active region: renews the lease every 10 s (starts every minute, loops for 120 s, takes slots by conditional
 * write) and sends a heartbeat metric to the other region's CloudWatch. Creates the authority record with epoch 1
 * when there is none and this is the plan's active region. In the other region it does nothing. While another region asks
 * for the lease it isn't renewed, and `Yield Requested` wakes who closes the ingress.
 * Calls: dynamodb:GetItem, PutItem, UpdateItem on the authority table (`AUTHORITY_REGION`); dynamodb:UpdateItem on the
 * own coordination table (slots); cloudwatch:PutMetricData in the other region (namespace Lifeboat); events:PutEvents
 * on the own default bus.
 */
export const contract = defineContract({
  name: 'renew-lease',
  input: z.object({}),
  output: z.object({ role: z.enum(['active', 'standby']), renewals: z.int(), heartbeats: z.int() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
  }),
});
