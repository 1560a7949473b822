import { z } from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';
import type { RegionWeather } from '../../world/weather.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';

/**
 * A log event in embedded metric format. At most 30 dimensions a set and 100 metrics a directive.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const embedded = z.looseObject({
  _aws: z.object({
    Timestamp: z.int(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1).max(1024),
        Dimensions: z.array(z.array(z.string()).max(30)),
        Metrics: z.array(z.object({ Name: z.string().min(1), StorageResolution: z.literal(60).optional() })).max(100),
      }),
    ),
  }),
});

/** From the line in the log to the data point. AWS promises no figure; ours. Unverified: logs.extraction-delay. */
const extractionMs = 5_000;

export interface EmbeddedMetricsOptions {
  readonly kernel: Kernel;
  readonly weather: Pick<RegionWeather, 'regionUp'>;
  readonly metrics: MetricSink;
}

/** Takes metrics out of the lines that functions write. A line that is not of the format is a line and nothing more. */
export class EmbeddedMetrics {
  readonly #options: EmbeddedMetricsOptions;

  constructor(options: EmbeddedMetricsOptions) {
    this.#options = options;
  }

  onLine(region: string, text: string): void {
    const event = parsed(text);
    if (event === undefined) return;
    const { kernel, weather } = this.#options;
    kernel.after(extractionMs, 'metrics of a log line', () => {
      if (weather.regionUp(region)) this.#extract(region, event);
    });
  }

  #extract(region: string, event: z.output<typeof embedded>): void {
    const { Timestamp, CloudWatchMetrics } = event._aws;
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(event[name])]));
        for (const { Name } of Metrics) {
          const value = event[Name];
          for (const one of [value].flat()) {
            if (typeof one === 'number')
              this.#options.metrics.record(region, Namespace, Name, dimensions, one, Timestamp);
          }
        }
      }
    }
  }
}

function parsed(text: string): z.output<typeof embedded> | undefined {
  if (!text.startsWith('{') || !text.includes('"_aws"')) return undefined;
  try {
    return embedded.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
