import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maximumHistoryEvents } from '../lib/rehearsal/states/execution.ts';
import { generatedEstate } from './generated-estate.ts';
import { bank } from './project.ts';
import { type RehearsedEstate, type RehearsedOnce, rehearseOnce } from './rehearse-once.ts';
import { type Benchmark, type BenchmarkRatio, row } from './result.ts';

const sizes = [10, 100, 1000] as const;
/** A run of more workloads than these takes a minute and more. */
const quickWorkloads = 100;
const mostSlowRuns = 3;

interface Estate extends RehearsedEstate {
  readonly name: string;
  readonly isQuick: boolean;
}

/**
 * How long the loss of a region lasts for clients, against the lower bound, and how much of its history a failover's
 * execution fills: the example and generated estates, one seed per run, each run in a process of its own.
 */
export async function benchRto(runs: number): Promise<Benchmark> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-bench-'));
  try {
    const estates: Estate[] = [
      { name: 'examples/bank', isQuick: true, ...bank },
      ...sizes.map((workloads) => written(workloads, join(folder, String(workloads)))),
    ];
    const measured = estates.map((estate) => {
      const seeds = Array.from(
        { length: estate.isQuick ? runs : Math.min(runs, mostSlowRuns) },
        (_, index) => index + 1,
      );
      return { name: estate.name, runs: seeds.map((seed) => rehearseOnce(estate, seed)) };
    });
    return {
      name: 'rto',
      rows: measured.flatMap(({ name, runs: done }) => [
        rowOf(name, 's', done, ({ rtoSeconds }) => rtoSeconds),
        rowOf(`${name}, history`, 'events', done, ({ historyEvents }) => historyEvents),
        rowOf(`${name}, wall time`, 's', done, ({ wallSeconds }) => wallSeconds),
      ]),
      ratios: measured.flatMap(({ name, runs: done }) => [
        ratioOf(name, 'vs-lower-bound', done, (one) => one.rtoSeconds / one.lowerBoundSeconds),
        ratioOf(`${name}, history`, 'vs-quota', done, (one) => one.historyEvents / maximumHistoryEvents),
      ]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf(name: string, unit: string, runs: readonly RehearsedOnce[], figure: (run: RehearsedOnce) => number) {
  return row(name, unit, runs.map(figure), Math.max(...runs.map(({ peakMiB }) => peakMiB)));
}

function ratioOf(
  name: string,
  against: string,
  runs: readonly RehearsedOnce[],
  figure: (run: RehearsedOnce) => number,
): BenchmarkRatio {
  const { median, min, max } = row('', '', runs.map(figure), 0);
  return { case: name, name: against, median, min, max };
}

function written(workloads: number, folder: string): Estate {
  const { plan, manifests } = generatedEstate(workloads, 1);
  const manifestDir = join(folder, 'workloads');
  mkdirSync(manifestDir, { recursive: true });
  // YAML contains JSON.
  writeFileSync(join(manifestDir, 'all.yaml'), manifests.map((object) => JSON.stringify(object)).join('\n---\n'));
  const planFile = join(folder, 'lifeboat.yaml');
  writeFileSync(planFile, JSON.stringify(plan, null, 2));
  const isQuick = workloads <= quickWorkloads;
  return { name: `${workloads} workloads`, planFile, workloads: manifestDir, isQuick };
}
