import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Lets this region serve: sets the authority's phase to `serving` under the epoch, which turns the decision endpoints
 * and with them the health checks; then changes the records of names in mode `record-change` and switches the routing
 * controls of the others. StaleEpochError when the epoch has moved, TrafficRefusedError when Route 53 or ARC says no.
 * Calls: dynamodb:UpdateItem, GetItem on authority; PutItem, Query on journal; where the plan has such names
 * route53:ListResourceRecordSets, ChangeResourceRecordSets on their zones and
 * route53-recovery-cluster:UpdateRoutingControlStates on their routing controls.
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
