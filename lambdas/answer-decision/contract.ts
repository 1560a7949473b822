import * as z from 'zod';
import { defineContract } from '../shared/contract.ts';

/**
 * The decision endpoint (function URL, asked by Route 53 health checkers): `GET /serving` is 200 when the authority says
 * that this region is active and serving, 503 when it is not or the authority can't be read. Everything else is 404.
 * Reads strongly, keeps the answer for 2 s so that the checkers' requests don't become as many reads.
 * Calls: dynamodb:GetItem on authority.
 */
export const contract = defineContract({
  name: 'answer-decision',
  input: z.object({
    rawPath: z.string(),
    requestContext: z.object({ http: z.object({ method: z.string() }) }),
  }),
  output: z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }),
  environment: z.object({ ESTATE: z.string(), AUTHORITY_TABLE: z.string(), AUTHORITY_REGION: z.string() }),
});
