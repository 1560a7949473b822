import * as z from 'zod';
import { wave } from '../assess-estate/contract.ts';
import { defineContract } from '../shared/contract.ts';

/**
 * Are the wave's pods Ready, and do the plan's checks pass (asked through the API server's service proxy)?
 * `short`: pods have been unschedulable for longer than nodes take to come; the gate fails.
 * Calls: dynamodb:GetItem on captures; PutItem on journal (when the state changes to ready or short); eks:DescribeCluster;
 * the Kubernetes API (read, service proxy).
 */
export const contract = defineContract({
  name: 'check-wave',
  input: z.object({
    executionArn: z.string(),
    incidentId: z.string(),
    wave,
    startedAt: z.iso.datetime(),
  }),
  output: z.object({
    state: z.enum(['ready', 'waiting', 'short']),
    /** One sentence for people: what is awaited or missing. */
    reason: z.string(),
    applications: z.array(
      z.object({
        name: z.string(),
        ready: z.boolean(),
        readyPods: z.int(),
        desiredPods: z.int(),
        failingChecks: z.array(z.string()),
      }),
    ),
  }),
  environment: z.object({ PLAN_FILE: z.string(), CAPTURES_TABLE: z.string(), JOURNAL_TABLE: z.string() }),
});
