import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { cachedAssembly, definitionsChecked } from '../../lib/rehearsal/assembly-cache.ts';
import { type SeedRun, seriesOf } from '../../lib/rehearsal/measure/seed-series.ts';
import { seriesText } from '../../lib/rehearsal/report/series-text.ts';
import { amendedPlan } from '../../lib/rehearsal/scenarios/amended-plan.ts';
import type { Scenario } from '../../lib/rehearsal/scenarios/scenario.ts';
import { scenarioNamed, scenarios } from '../../lib/rehearsal/scenarios/scenarios.ts';
import { Interruption } from './interruption.ts';
import { seedsOf } from './seed.ts';
import { SimulationResults, simulationIdentity } from './simulation-results.ts';
import { type SimulationTask, simulateInThreads } from './simulation-threads.ts';
import { synthesise } from './synthesise.ts';
import { workloadsOf } from './workloads-folder.ts';

const example = `
Examples:
  $ lifeboat simulate --seeds 1..20 -f examples/bank/lifeboat.yaml
  $ lifeboat simulate region-loss twice --seeds 1..100 -f examples/bank/lifeboat.yaml --results runs.jsonl

Exit code 0: every seed of every scenario as expected. 1: not so; each that was not is named. 2: bad usage or plan.`;

interface Options {
  readonly seeds: string;
  readonly file: string;
  readonly workloads?: string;
  readonly jobs: string;
  readonly results?: string;
  readonly json?: boolean;
}

const projectDir = resolve(import.meta.dirname, '../..');

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .argument('[scenario...]', 'what breaks (default: every scenario); lifeboat rehearse --list names them')
    .description('rehearse scenarios with many seeds: other phases of every beat, other latencies, other losses')
    .option('--seeds <range>', 'which seeds, like 1..100', '1..10')
    .option('-f, --file <file>', 'the plan', 'lifeboat.yaml')
    .option('--workloads <dir>', 'manifests of what runs in the active region (default: workloads beside the plan)')
    .option('--jobs <number>', 'rehearsals at a time, 1 GB of memory each', String(Math.min(8, availableParallelism())))
    .option('--results <file>', 'keep each result there as it comes; the same command later goes on where this stopped')
    .option('--json', 'one JSON document on stdout: {ok, scenarios}')
    .addHelpText('after', example)
    .action(simulate);
}

async function simulate(names: readonly string[], options: Options): Promise<void> {
  const chosen = names.length === 0 ? scenarios : [...new Set(names)].map(scenarioNamed);
  const seeds = seedsOf(options.seeds);
  const jobs = jobsOf(options.jobs);
  const plan = readPlan(options.file);
  const workloadsDir = workloadsOf(options);
  const results = new SimulationResults(options.results, simulationIdentity(projectDir, plan, workloadsDir));
  const asked = results.before.filter(
    (run) => seeds.includes(run.seed) && chosen.some(({ name }) => name === run.scenario),
  );
  const runs: SeedRun[] = [...asked];
  const total = chosen.length * seeds.length;
  const progress = progressOf(options, total);
  const interruption = new Interruption(() => undefined);
  try {
    for (const scenario of chosen) {
      const amended = planOf(scenario, plan, names.length > 0);
      if (amended === undefined) continue;
      const left = seeds.filter((seed) => !asked.some((run) => run.scenario === scenario.name && run.seed === seed));
      const tasks = left.length === 0 ? [] : await tasksOf(scenario, left, amended, interruption.signal);
      const onRun = (run: SeedRun) => {
        results.add(run);
        runs.push(run);
        progress(runs.length, run);
      };
      await simulateInThreads(tasks, { jobs, setting: { workloadsDir }, signal: interruption.signal, onRun });
    }
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    const kept = options.results === undefined ? '' : `; ${runs.length} results are in ${options.results}`;
    process.stderr.write(`lifeboat: interrupted after ${runs.length} of ${total} rehearsals${kept}\n`);
    process.exitCode = interruption.exitCode;
    return;
  } finally {
    interruption.end();
  }
  tell(runs, options);
}

/** Undefined, with a word to the reader, for a scenario that nobody named and that this plan has nothing for. */
function planOf(scenario: Scenario, plan: Plan, isNamed: boolean): Plan | undefined {
  try {
    return amendedPlan(scenario, plan, undefined);
  } catch (error) {
    if (isNamed || !(error instanceof InputError)) throw error;
    process.stderr.write(`lifeboat: ${scenario.name} is left out: ${error.message}\n`);
    return undefined;
  }
}

/** The templates of a scenario, and each seed on them. */
async function tasksOf(
  scenario: Scenario,
  seeds: readonly number[],
  plan: Plan,
  signal: AbortSignal,
): Promise<SimulationTask[]> {
  const { folder } = await cachedAssembly({
    projectDir,
    plan,
    synthesise: (outDir, bundleDir) => synthesise(plan, outDir, bundleDir, signal),
  });
  const { passed } = definitionsChecked(projectDir, folder);
  return seeds.map((seed, index) => ({
    scenario: scenario.name,
    seed,
    plan,
    assemblyFolder: folder,
    // The first one checks for all of them.
    definitionsChecked: passed || index > 0,
  }));
}

function progressOf({ json }: Options, total: number): (done: number, run: SeedRun) => void {
  if (json === true && process.stderr.isTTY !== true) return () => undefined;
  return (done, { scenario, seed, ok, outcome }) => {
    const answer = ok ? outcome : `${outcome}: NOT as expected`;
    process.stderr.write(
      `${String(done).padStart(String(total).length)} of ${total}  ${scenario} ${seed}: ${answer}\n`,
    );
  };
}

function tell(runs: readonly SeedRun[], { json }: Options): void {
  const series = seriesOf(runs);
  const ok = runs.every((run) => run.ok);
  if (json === true) process.stdout.write(`${JSON.stringify({ ok, scenarios: series }, null, 2)}\n`);
  else process.stdout.write(seriesText(series));
  if (!ok) process.exitCode = 1;
}

function jobsOf(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= 64) return jobs;
  throw new InputError(`--jobs ${text === '' ? '""' : text}: must be a whole number from 1 to 64`);
}
