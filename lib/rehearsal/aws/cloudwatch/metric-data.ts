import { z } from 'zod';
import { parseInput, timestamp } from '../operation-input.ts';
import { AwsServiceError, type ServiceCall } from '../service.ts';
import { type MetricStore, metricKey, statistics } from './metric-store.ts';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const query = z.strictObject({
  Id: z.string().regex(/^[a-z][a-zA-Z0-9_]*$/),
  MetricStat: z.strictObject({
    Metric: z.strictObject({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
    }),
    Period: z.int().positive().multipleOf(60),
    Stat: z.enum(statistics),
  }),
});
const input = z.strictObject({
  StartTime: timestamp,
  EndTime: timestamp,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MetricDataQueries: z.array(query).min(1).max(500),
});

/** GetMetricData without expressions: one value a period, none where nothing was measured. */
export function metricData(call: ServiceCall, store: MetricStore): Record<string, unknown> {
  const { StartTime, EndTime, ScanBy, MetricDataQueries } = parseInput('CloudWatch', call, input);
  const [startMs, endMs] = [StartTime.getTime(), EndTime.getTime()];
  if (endMs <= startMs) throw new AwsServiceError('ValidationError', 'StartTime must be less than EndTime');
  return {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => {
      const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
      const key = metricKey(call.region, Metric.Namespace, Metric.MetricName, dimensions);
      const points: { readonly atMs: number; readonly value: number }[] = [];
      const periodMs = Period * 1000;
      for (let atMs = Math.floor(startMs / periodMs) * periodMs; atMs < endMs; atMs += periodMs) {
        const value = store.statistic(key, Stat, atMs, atMs + periodMs);
        if (value !== undefined) points.push({ atMs, value });
      }
      if (ScanBy === 'TimestampDescending') points.reverse();
      return {
        Id,
        Label: Metric.MetricName,
        StatusCode: 'Complete',
        Timestamps: points.map(({ atMs }) => new Date(atMs)),
        Values: points.map(({ value }) => value),
      };
    }),
  };
}
