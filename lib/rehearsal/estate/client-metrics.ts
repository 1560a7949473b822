import { degradationDimensions, peerRegion } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { MetricSink } from '../aws/cloudwatch/metric-sink.ts';
import type { Kernel } from '../kernel/kernel.ts';

const publishEveryMs = 60_000;
const latencyPercentile = 0.9;

export interface ClientMetricsOptions {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly metrics: MetricSink;
  /** Does CloudWatch of the region take what is sent? */
  readonly isUp: (region: string) => boolean;
  /** The region that serves clients. */
  readonly activeRegion: () => string;
}

/**
 * What a monitor of the clients' own experience (a canary, CloudWatch RUM) would publish in the standby region, once a
 * minute: the share of failed requests in percent and the 90th percentile of their latency in milliseconds, as the
 * metrics that the plan's `detection.degradation` names. It measures whoever serves, so it says nothing of a region that
 * doesn't. No request in a minute: no data point.
 */
export class ClientMetrics {
  readonly #options: ClientMetricsOptions;
  #failed = 0;
  #latenciesMs: number[] = [];

  constructor(options: ClientMetricsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.kernel.after(publishEveryMs, 'client metrics', () => {
      this.#publish();
      this.start();
    });
  }

  note(succeeded: boolean, latencyMs: number): void {
    if (!succeeded) this.#failed++;
    this.#latenciesMs.push(latencyMs);
  }

  #publish(): void {
    const { plan, metrics, isUp, activeRegion } = this.#options;
    const { errors, latency } = plan.detection.degradation ?? {};
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    const observed = activeRegion();
    const region = peerRegion(plan, observed);
    if (sorted.length > 0 && isUp(region)) {
      const failedPercent = (this.#failed / sorted.length) * 100;
      const slowMs = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * latencyPercentile))] ?? 0;
      for (const [metric, value] of [[errors, failedPercent] as const, [latency, slowMs] as const]) {
        if (metric === undefined) continue;
        const dimensions = degradationDimensions(metric.dimensions, observed);
        metrics.record(region, metric.namespace, metric.metricName, dimensions, value);
      }
    }
    this.#failed = 0;
    this.#latenciesMs = [];
  }
}
