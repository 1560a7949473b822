import { z } from 'zod';

const arn = z.string().startsWith('arn:');
/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export const startExecutionInput = z.strictObject({
  stateMachineArn: arn,
  name: z.string().optional(),
  input: z.string().optional(),
});
export const executionInput = z.strictObject({ executionArn: arn });
export const stopExecutionInput = z.strictObject({
  executionArn: arn,
  error: z.string().max(256).optional(),
  cause: z.string().max(32_768).optional(),
});
export const listExecutionsInput = z.strictObject({
  stateMachineArn: arn,
  statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
  maxResults: z.int().min(0).max(1000).optional(),
});
export const taskSuccessInput = z.strictObject({ taskToken: z.string(), output: z.string() });
export const taskFailureInput = z.strictObject({
  taskToken: z.string(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
export const taskHeartbeatInput = z.strictObject({ taskToken: z.string() });
