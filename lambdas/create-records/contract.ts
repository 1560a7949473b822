import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * The active region's duty where the plan has names in mode `record-change`: creates their records, and the zone's epoch
 * record, as far as they don't exist. What exists is left as it is. TrafficRefusedError when other records are in the way.
 * Calls: DNS; dynamodb:GetItem on authority; route53:ListResourceRecordSets and ChangeResourceRecordSets (CREATE) on the
 * zones, only while the name servers miss one of the records.
 */
export const contract = defineContract({
  name: 'create-records',
  input: z.object({}),
  output: z.object({ role: z.enum(['active', 'standby']), created: z.array(z.string()) }),
  environment: z.object({ PLAN_FILE: z.string(), AUTHORITY_TABLE: z.string(), AUTHORITY_REGION: z.string() }),
});
