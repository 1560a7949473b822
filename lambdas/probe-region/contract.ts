import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Asks a region's probe URLs from outside it, every `intervalSeconds` for 120 s (it starts every minute, so two
 * invocations overlap and a slot is taken by conditional write), and reports to the region that would take over.
 * Runs in each region against the other one and in the witness against both.
 * Calls: dynamodb:UpdateItem on the own region's coordination table (slots); events:PutEvents on the default bus of
 * `reportTo`; HTTPS GET of the plan's `detection.probe.urls[targetRegion]`.
 */
export const contract = defineContract({
  name: 'probe-region',
  input: z.object({
    targetRegion: z.string(),
    /** The region whose event bus gets the observations. */
    reportTo: z.string(),
    signal: z.enum(['probe-standby', 'probe-witness']),
  }),
  output: z.object({ slotsTaken: z.int(), unhealthySlots: z.int() }),
  environment: z.object({ PLAN_FILE: z.string(), COORDINATION_TABLE: z.string() }),
});
