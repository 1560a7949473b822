import { z } from 'zod';
import { compilePattern } from './event-pattern.ts';

const retryPolicy = z.strictObject({
  MaximumRetryAttempts: z.int().min(0).max(185).optional(),
  MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
});

const target = z
  .strictObject({
    Id: z.string(),
    Arn: z.string(),
    RoleArn: z.string().optional(),
    Input: z.string().optional(),
    InputPath: z.string().optional(),
    InputTransformer: z
      .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    RetryPolicy: retryPolicy.optional(),
  })
  .refine((one) => [one.Input, one.InputPath, one.InputTransformer].filter((way) => way !== undefined).length <= 1, {
    message: 'a target has one of Input, InputPath and InputTransformer',
  });

const eventPattern = z.unknown().transform((pattern, context) => {
  try {
    return compilePattern(pattern);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

export const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: eventPattern,
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  Targets: z.array(target).max(5).optional(),
  Tags: z.unknown().optional(),
});

export const busProperties = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  KmsKeyIdentifier: z.string().optional(),
  Tags: z.unknown().optional(),
});

export type RuleProperties = z.output<typeof ruleProperties>;
export type BusProperties = z.output<typeof busProperties>;
export type RuleTarget = z.output<typeof target>;
