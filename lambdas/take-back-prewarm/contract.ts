import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Takes back what prewarm-standby did, exactly that: node groups to the sizes before (unless somebody else has changed
 * them since), early application pods to their replicas before, and everything in lifeboat-prewarm. Does nothing while
 * an incident is open or a failover holds the lock. Where this region has become the active one its nodes and pods stay,
 * only the objects in lifeboat-prewarm go. Woken when an incident closes and every five minutes, for the times when
 * that event or its handling was lost.
 * Calls: dynamodb:GetItem on authority; GetItem, Query, DeleteItem on coordination; PutItem, Query on journal;
 * eks:DescribeNodegroup, UpdateNodegroupConfig, DescribeCluster; the Kubernetes API (write in lifeboat-prewarm, and in
 * the namespaces of applications with `prewarm: pods`).
 */
export const contract = defineContract({
  name: 'take-back-prewarm',
  input: z.looseObject({}),
  output: z.object({
    outcome: z.enum(['nothing-to-do', 'not-now', 'taken-back', 'kept']),
    reason: z.string(),
    failures: z.array(z.string()),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
