/** Statistics of what was sent at one instant. */
export interface Sample {
  readonly atMs: number;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type Statistic = (typeof statistics)[number];

/** Data points of one second are kept for three hours. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const retentionMs = 3 * 3_600_000;

export function metricKey(
  region: string,
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([region, namespace, name, sorted]);
}

/** Samples by metric, in order of time. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();

  add(key: string, sample: Sample, nowMs: number): void {
    const samples = this.#samples.get(key) ?? [];
    let index = samples.length;
    while (index > 0 && samples[index - 1]!.atMs > sample.atMs) index--;
    samples.splice(index, 0, sample);
    if (samples.length > 2_000)
      samples.splice(
        0,
        samples.findIndex((one) => one.atMs >= nowMs - retentionMs),
      );
    this.#samples.set(key, samples);
  }

  /** The statistic over [fromMs, toMs); undefined without samples. */
  statistic(key: string, statistic: Statistic, fromMs: number, toMs: number): number | undefined {
    const samples = this.#samples.get(key) ?? [];
    const within: Sample[] = [];
    for (let index = samples.length - 1; index >= 0 && samples[index]!.atMs >= fromMs; index--) {
      if (samples[index]!.atMs < toMs) within.push(samples[index]!);
    }
    if (within.length === 0) return undefined;
    const count = within.reduce((sum, sample) => sum + sample.count, 0);
    switch (statistic) {
      case 'SampleCount':
        return count;
      case 'Sum':
        return within.reduce((sum, sample) => sum + sample.sum, 0);
      case 'Average':
        return within.reduce((sum, sample) => sum + sample.sum, 0) / count;
      case 'Minimum':
        return Math.min(...within.map((sample) => sample.minimum));
      case 'Maximum':
        return Math.max(...within.map((sample) => sample.maximum));
    }
  }
}
