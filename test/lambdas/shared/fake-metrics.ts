import type { Metrics } from '../../../lambdas/shared/metrics.ts';
import type { OwnDimensions, OwnMetric } from '../../../lib/plan/own-metrics.ts';

export class FakeMetrics implements Metrics {
  readonly records: { values: Readonly<Partial<Record<OwnMetric, number>>>; dimensions: OwnDimensions }[] = [];

  record(values: Readonly<Partial<Record<OwnMetric, number>>>, dimensions: OwnDimensions = {}): void {
    this.records.push({ values, dimensions });
  }

  /** All values of a metric, in their order. */
  valuesOf(name: OwnMetric): number[] {
    return this.records.flatMap(({ values }) => values[name] ?? []);
  }
}
