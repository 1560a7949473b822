import { z } from 'zod';
import { statistics } from './metric-store.ts';

const actions = z
  .array(z.string().startsWith('arn:aws:sns:', 'not simulated: alarm actions other than SNS topics'))
  .optional();

export const comparisons = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/** A day at most. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const rangeLimitSeconds = 86_400;

export const alarmProperties = z
  .strictObject({
    AlarmName: z.string().optional(),
    AlarmDescription: z.string().optional(),
    ActionsEnabled: z.boolean().optional(),
    AlarmActions: actions,
    OKActions: actions,
    InsufficientDataActions: actions,
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
    Statistic: z.enum(statistics),
    Period: z.int().refine((seconds) => seconds === 10 || seconds === 30 || (seconds >= 60 && seconds % 60 === 0), {
      message: 'Period is 10, 30 or a multiple of 60 seconds',
    }),
    EvaluationPeriods: z.int().min(1),
    DatapointsToAlarm: z.int().min(1).optional(),
    Threshold: z.number(),
    ComparisonOperator: z.enum([
      'GreaterThanThreshold',
      'GreaterThanOrEqualToThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).optional(),
    Tags: z.unknown().optional(),
  })
  .refine((alarm) => (alarm.DatapointsToAlarm ?? 1) <= alarm.EvaluationPeriods, {
    message: 'DatapointsToAlarm is at most EvaluationPeriods',
  })
  .refine((alarm) => alarm.Period * alarm.EvaluationPeriods <= rangeLimitSeconds, {
    message: `Period times EvaluationPeriods is at most ${rangeLimitSeconds} seconds`,
  });

export type AlarmProperties = z.output<typeof alarmProperties>;
