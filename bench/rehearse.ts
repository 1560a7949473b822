import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkloads } from '../lib/plan/draft/workloads.ts';
import { readPlan } from '../lib/plan/read-plan.ts';
import { cachedAssembly } from '../lib/rehearsal/assembly-cache.ts';
import { Bundles } from '../lib/rehearsal/aws/lambda/runtime/bundle.ts';
import { CodeCache } from '../lib/rehearsal/aws/lambda/runtime/code-cache.ts';
import { rehearse } from '../lib/rehearsal/rehearse.ts';
import { scenarioNamed } from '../lib/rehearsal/scenarios/scenarios.ts';
import { readAssembly } from '../lib/rehearsal/templates/assembly.ts';
import { bank, projectDir } from './project.ts';
import { type RehearsedOnce, rehearseOnce } from './rehearse-once.ts';
import { type Benchmark, row } from './result.ts';

const cacheDir = join(projectDir, '.lifeboat', 'cache');

/**
 * Where the time of `lifeboat rehearse` on the example estate goes, each run in a process of its own: start to result
 * with nothing cached, with bundles and templates cached, and the rehearsal alone, in a process that has all loaded and
 * read. No peer rehearses a failover, so the only ratio is the recovery against its lower bound.
 */
export async function benchRehearse(runs: number): Promise<Benchmark> {
  const cold: RehearsedOnce[] = [];
  const cached: RehearsedOnce[] = [];
  const alone: number[] = [];
  for (let run = 0; run < runs; run++) {
    cold.push(withoutCache(() => rehearseOnce(bank, run + 1)));
    // Fills the cache again where the cold run's was put aside.
    if (run === 0) rehearseOnce(bank, 1);
    cached.push(rehearseOnce(bank, run + 1));
    alone.push(await rehearsalAlone(run + 1));
  }
  const ratios = cached.map((one) => one.rtoSeconds / one.lowerBoundSeconds);
  const { median, min, max } = row('', '', ratios, 0);
  return {
    name: 'rehearse',
    rows: [
      rowOf('synth cold', cold),
      rowOf('synth cached', cached),
      row('rehearse', 's', alone, Math.round(process.resourceUsage().maxRSS / 1024)),
    ],
    ratios: [{ case: 'region-loss on examples/bank', name: 'vs-lower-bound', median, min, max }],
  };
}

async function rehearsalAlone(seed: number): Promise<number> {
  const read = readPlan(bank.planFile);
  const { folder } = await cachedAssembly({
    projectDir,
    plan: read,
    synthesise: () => Promise.reject(new Error('the runs before this one have filled the cache')),
  });
  const options = {
    plan: read,
    objects: readWorkloads(bank.workloads),
    assembly: readAssembly(folder),
    scenario: scenarioNamed('region-loss'),
    seed,
    definitionsChecked: true,
    bundles: new Bundles(new CodeCache(join(cacheDir, 'code'))),
  };
  const startedMs = performance.now();
  await rehearse(options);
  return Math.round(performance.now() - startedMs) / 1000;
}

function rowOf(name: string, measured: readonly RehearsedOnce[]) {
  return row(
    name,
    's',
    measured.map((one) => one.wallSeconds),
    Math.max(...measured.map((one) => one.peakMiB)),
  );
}

/** The cache is put aside and comes back, so that a benchmark costs nobody the next start. */
function withoutCache<T>(act: () => T): T {
  const kept = join(projectDir, '.lifeboat', `cache-aside-${process.pid}`);
  const had =
    readdirSync(projectDir).includes('.lifeboat') && readdirSync(join(projectDir, '.lifeboat')).includes('cache');
  if (had) renameSync(cacheDir, kept);
  try {
    return act();
  } finally {
    if (had) {
      rmSync(cacheDir, { recursive: true, force: true });
      renameSync(kept, cacheDir);
    }
  }
}
