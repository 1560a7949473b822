import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';
import { incidentSuspected } from '../shared/incident-events.ts';

/**
 * Begins, at an incident's first signal, what is reversible and harmless: node groups grow to what was captured, images
 * are pulled to every node, and where an autoscaler makes the nodes placeholder pods ask it for them. Application pods
 * only where the plan says `prewarm: pods`; CronJobs never. Lowers nothing, touches no other object of an application.
 * Everything it makes in a cluster lies in the namespace lifeboat-prewarm. What was before is written down first, for
 * take-back-prewarm. A part that fails keeps no other from being done: the failover does without.
 * Acts only in a region that is not active, for the incident that is open. Duplicate events change nothing.
 * Calls: dynamodb:GetItem on authority and captures; GetItem, PutItem on coordination; PutItem, Query on journal;
 * eks:DescribeNodegroup, UpdateNodegroupConfig, DescribeCluster; the Kubernetes API (read; write in lifeboat-prewarm, and
 * in the namespaces of applications with `prewarm: pods`).
 */
export const contract = defineContract({
  name: 'prewarm-standby',
  input: incidentSuspected,
  output: z.object({
    /** `over`: the incident is not open any more. */
    outcome: z.enum(['prewarmed', 'not-mine', 'over']),
    nodesAsked: z.int(),
    images: z.int(),
    placeholders: z.int(),
    podsStarted: z.int(),
    /** Sentences: what couldn't be done. */
    failures: z.array(z.string()),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    CAPTURES_TABLE: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
