import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * Takes what people decide about a failover that runs: `POST /` with `{"action", "execution"}`, behind a function URL
 * with AuthType AWS_IAM. Who asks is what AWS found in the signature, never what the body says (Lambda developer guide,
 * "Invoking Lambda function URLs": requestContext.authorizer.iam).
 * approve, reject: one conditional write per answer; when it decides, the state machine is told. abort: accepted until
 * the point of no return; a failover that waits for approval ends at once. 200: taken. 400: not understood. 404: no such
 * execution. 409: too late, or already decided; `message` says what to do.
 * Calls: dynamodb:GetItem on authority; GetItem, PutItem, UpdateItem on coordination; PutItem, Query on journal;
 * states:SendTaskSuccess, SendTaskFailure.
 */
export const contract = defineContract({
  name: 'record-approval',
  input: z.object({
    rawPath: z.string(),
    body: z.string().optional(),
    isBase64Encoded: z.boolean(),
    requestContext: z.object({
      http: z.object({ method: z.string() }),
      authorizer: z.object({ iam: z.object({ userArn: z.string().min(1) }) }),
    }),
  }),
  output: z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }),
  environment: z.object({
    ESTATE: z.string(),
    AUTHORITY_TABLE: z.string(),
    AUTHORITY_REGION: z.string(),
    COORDINATION_TABLE: z.string(),
    JOURNAL_TABLE: z.string(),
  }),
});

/** What a person asks for. */
export const order = z.strictObject({
  action: z.enum(['approve', 'reject', 'abort']),
  /** Name of the execution, as the page has it. */
  execution: z.string().min(1).max(80),
});
