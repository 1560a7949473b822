import * as z from 'zod';
import { fences } from '../../lib/data/data-store-driver.ts';
import { defineContract } from '../shared/contract.ts';

export const wave = z.object({
  /** 0 is the platform. */
  number: z.int(),
  /** Names of the plan's applications; for wave 0 the one name `platform`. */
  applications: z.array(z.string()),
});

/** One data store that this failover promotes, as it stands before the decision. */
export const assessedStore = z.object({
  application: z.string(),
  store: z.string(),
  kind: z.literal('aurora-global'),
  /** Data that would be lost; null: unknown. */
  lagSeconds: z.number().nullable(),
  lossBudgetSeconds: z.number(),
  /** What a failover could claim now. */
  fence: z.enum(fences),
  /** The plan accepts by name that it is promoted with an unproved fence. */
  unprovedAccepted: z.boolean(),
});

/** Whether people must agree before the epoch is claimed, and how they are asked. */
export const approval = z.object({
  required: z.boolean(),
  reasons: z.array(z.string()),
  approversNeeded: z.int(),
  remindAfterSeconds: z.number(),
  escalateAfterSeconds: z.number(),
  expireAfterSeconds: z.number(),
});

/**
 * What this failover will do: the waves without what can't be recovered, the age of the captures, when the lease ends.
 * Calls: dynamodb:GetItem on authority; GetItem on captures; PutItem, Query on journal; rds:DescribeGlobalClusters;
 * cloudwatch:GetMetricData.
 */
export const contract = defineContract({
  name: 'assess-estate',
  input: z.object({ executionArn: z.string(), incidentId: z.string(), observedEpoch: z.int() }),
  output: z.object({
    epoch: z.int(),
    fromRegion: z.string(),
    toRegion: z.string(),
    leaseExpiresAt: z.iso.datetime(),
    captureAgeSeconds: z.number(),
    waves: z.array(wave),
    /** In the order of the waves; stores of applications that can't be recovered are left out. */
    stores: z.array(assessedStore),
    unrecoverable: z.array(z.object({ application: z.string(), reason: z.string(), remedy: z.string() })),
    approval,
  }),
  environment: z.object({
    PLAN_FILE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    CAPTURES_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});
