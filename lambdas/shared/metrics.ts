import { metricNamespace } from '../../lib/plan/names.ts';
import { type OwnDimensions, type OwnMetric, ownMetrics } from '../../lib/plan/own-metrics.ts';

/** Where a function writes what it says of itself in numbers. */
export interface Metrics {
  record(values: Readonly<Partial<Record<OwnMetric, number>>>, dimensions?: OwnDimensions): void;
}

export interface EmbeddedMetricsOptions {
  readonly estate: string;
  readonly nowMs: () => number;
  /** Takes one line of the function's log. Default: standard output, where Lambda puts nothing before the line. */
  readonly write?: (line: string) => void;
}

/**
 * Metrics as lines of the log, from which CloudWatch takes them: no call that could fail, hold up a beat or need a
 * permission.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(options: EmbeddedMetricsOptions): Metrics {
  const { estate, nowMs, write = (line) => void process.stdout.write(`${line}\n`) } = options;
  return {
    record(values, dimensions = {}) {
      const named = { Estate: estate, ...dimensions };
      const names = Object.keys(values) as OwnMetric[];
      const directive = {
        Namespace: metricNamespace,
        Dimensions: [Object.keys(named)],
        Metrics: names.map((name) => ({ Name: name, Unit: ownMetrics[name] })),
      };
      write(JSON.stringify({ _aws: { Timestamp: nowMs(), CloudWatchMetrics: [directive] }, ...named, ...values }));
    },
  };
}
