import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Reads what Route 53's checkers think of a region: asks the zone's own name servers for the region's verdict (a TXT
 * failover pair, see infra's CheckerVerdict), every probe interval for 120 s, and reports to the region that would take
 * over. Runs in each region about the other one. The checkers' metrics exist in us-east-1 only, and a standby that had
 * to ask there would depend on a third region (Route 53 developer guide, "Monitoring health checks using CloudWatch").
 * Calls: dynamodb:UpdateItem on the own region's coordination table (slots); events:PutEvents on the default bus of
 * `reportTo`; DNS.
 */
export const contract = defineContract({
  name: 'read-checkers',
  input: z.object({
    targetRegion: z.string(),
    /** The region whose event bus gets the observations. */
    reportTo: z.string(),
  }),
  output: z.object({ slotsTaken: z.int(), unhealthySlots: z.int() }),
  environment: z.object({ PLAN_FILE: z.string(), COORDINATION_TABLE: z.string() }),
});
