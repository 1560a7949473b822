import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * In the active region, every `captureIntervalSeconds`: how much runs there (replicas of Deployments and StatefulSets,
 * HPA bounds, node group sizes, which CronJobs are not suspended), and for pilot-light applications the manifests of the
 * workloads, written as one item per application (and one for the platform) into the captures tables of both regions.
 * In the other region it measures how old the oldest of these captures is (metric CaptureAgeSeconds).
 * Calls: dynamodb:GetItem on authority and on captures of the own region; dynamodb:PutItem on captures in both regions; eks:DescribeCluster on the plan's
 * clusters of the own region; eks:DescribeNodegroup on their node groups; the Kubernetes API (read).
 */
export const contract = defineContract({
  name: 'capture-replicas',
  input: z.object({}),
  output: z.object({
    role: z.enum(['active', 'standby']),
    applications: z.int(),
    workloads: z.int(),
    /** `unreachable`: not all of it could be written there, by no fault of its own table or permissions. */
    peer: z.enum(['told', 'unreachable', 'not-asked']),
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    CAPTURES_TABLE: z.string(),
  }),
});
