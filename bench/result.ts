/** One case of a benchmark; `runs` in the order they were made. */
export interface BenchmarkRow {
  readonly case: string;
  readonly tool: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Largest resident set of the measured process, in MiB. */
  readonly peakMiB: number;
}

export interface BenchmarkRatio {
  readonly case: string;
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Benchmark {
  readonly name: string;
  readonly rows: readonly BenchmarkRow[];
  readonly ratios: readonly BenchmarkRatio[];
}

export function row(name: string, unit: string, runs: readonly number[], peakMiB: number): BenchmarkRow {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  const [min = Number.NaN, max = Number.NaN] = [sorted[0], sorted.at(-1)];
  return { case: name, tool: 'lifeboat', unit, runs, median, min, max, peakMiB };
}
