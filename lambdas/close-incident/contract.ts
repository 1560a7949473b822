import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Ends an incident: writes the record of the execution (UTC times; for each application RTO from the first signal to
 * its readiness and traffic, RPO as far as the deployment can know it), releases the lock if this execution holds it,
 * closes the incident and tells the operators. Any outcome other than `recovered` is a page. Asking twice changes nothing.
 * Calls: dynamodb:GetItem, UpdateItem, DeleteItem on coordination; PutItem, Query on journal;
 * events:PutEvents on the own default bus (`Incident Closed`); sns:Publish.
 */
export const contract = defineContract({
  name: 'close-incident',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    startedAt: z.iso.datetime(),
    outcome: z.enum(['recovered', 'held', 'aborted']),
    epoch: z.int().optional(),
    /** Error name and cause of the state that failed. */
    error: z.string().optional(),
    cause: z.string().optional(),
    unrecoverable: z.array(z.object({ application: z.string(), reason: z.string(), remedy: z.string() })).optional(),
  }),
  output: z.object({ closedAt: z.iso.datetime(), paged: z.boolean() }),
  environment: z.object({
    PLAN_FILE: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
    OPERATORS_TOPIC_ARN: z.string(),
  }),
});
