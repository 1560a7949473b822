import { spreadOf } from '../lib/rehearsal/measure/spread.ts';

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
  const { median, min, max } = spreadOf(runs) ?? { median: Number.NaN, min: Number.NaN, max: Number.NaN };
  return { case: name, tool: 'lifeboat', unit, runs, median, min, max, peakMiB };
}
