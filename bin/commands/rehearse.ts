import { existsSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Listr } from 'listr2';
import { readWorkloads } from '../../lib/plan/draft/workloads.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { type CachedAssembly, cachedAssembly, definitionsChecked } from '../../lib/rehearsal/assembly-cache.ts';
import { Bundles } from '../../lib/rehearsal/aws/lambda/runtime/bundle.ts';
import { CodeCache } from '../../lib/rehearsal/aws/lambda/runtime/code-cache.ts';
import type { Rehearsal } from '../../lib/rehearsal/rehearsal.ts';
import { rehearse } from '../../lib/rehearsal/rehearse.ts';
import { durationText } from '../../lib/rehearsal/report/duration-text.ts';
import { OutputFile } from '../../lib/rehearsal/report/output-file.ts';
import { summaryText } from '../../lib/rehearsal/report/summary.ts';
import { amendedPlan } from '../../lib/rehearsal/scenarios/amended-plan.ts';
import { scenarioNamed, scenarios } from '../../lib/rehearsal/scenarios/scenarios.ts';
import { type Assembly, readAssembly } from '../../lib/rehearsal/templates/assembly.ts';
import { TraceWriter } from '../../lib/rehearsal/world/trace.ts';
import { Interruption } from './interruption.ts';
import { assertMadeOf } from './made-of-plan.ts';
import { seedOf } from './seed.ts';
import { synthesise } from './synthesise.ts';
import { workloadsOf } from './workloads-folder.ts';

const example = `
Examples:
  $ lifeboat rehearse --list
  $ lifeboat rehearse region-loss -f examples/bank/lifeboat.yaml --workloads examples/bank/workloads --report report.html
  $ lifeboat rehearse twice --seed 7 --json

Exit code 0: as expected, every target met, no rule broken. 1: not so. 2: bad plan, manifests, templates or usage.`;

interface Options {
  readonly list?: boolean;
  readonly seed: string;
  readonly workloads?: string;
  readonly file: string;
  readonly templates?: string;
  readonly trace?: string;
  readonly report?: string;
  readonly json?: boolean;
}

interface Work {
  readonly plan: Plan;
  readonly options: Options;
  readonly scenarioName: string;
  readonly seed: number;
  readonly workloadsDir: string;
  readonly trace: OutputFile | undefined;
  readonly report: OutputFile | undefined;
  readonly signal: AbortSignal;
}

const fewestColumns = 20;

const projectDir = resolve(import.meta.dirname, '../..');

export function registerRehearse(program: Command): void {
  program
    .command('rehearse')
    .argument('[scenario]', 'what breaks; --list names them', 'region-loss')
    .description('let a region die in a simulated AWS that runs the templates as they would be deployed')
    .option('--list', 'name the scenarios with what is expected of each')
    .option('--seed <number>', 'the same seed gives the same run, call by call', '1')
    .option('--workloads <dir>', 'manifests of what runs in the active region (default: workloads beside the plan)')
    .option('-f, --file <file>', 'the plan', 'lifeboat.yaml')
    .option('--templates <dir>', 'rehearse this cloud assembly (cdk.out) instead of synthesising')
    .option('--trace <file>', 'write every call as JSON lines')
    .option('--report <file>', 'write the report, one HTML file')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', example)
    .action((scenario: string, options: Options) => (options.list === true ? list(options) : run(scenario, options)));
}

function list({ json }: Options): void {
  if (json === true) {
    const rows = scenarios.map(({ name, title, description, expected, amendment }) => ({
      name,
      title,
      description,
      expected,
      amendment: amendment ?? null,
    }));
    process.stdout.write(`${JSON.stringify({ scenarios: rows }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, expected, description } of scenarios) {
    process.stdout.write(`${name.padEnd(width)} ${expected.padEnd(10)} ${description}\n`);
  }
}

async function run(scenarioName: string, options: Options): Promise<void> {
  const scenario = scenarioNamed(scenarioName);
  const seed = seedOf(options.seed);
  const plan = amendedPlan(scenario, readPlan(options.file), options.templates);
  const workloadsDir = workloadsOf(options);
  const files: OutputFile[] = [];
  const open = (path: string | undefined, option: string) => {
    if (path === undefined) return undefined;
    const file = new OutputFile(path, option);
    files.push(file);
    refuseToMix(files, options);
    return file;
  };
  const discard = () => {
    for (const file of files) file.discard();
  };
  const interruption = new Interruption(discard);
  try {
    const trace = open(options.trace, '--trace');
    const report = open(options.report, '--report');
    const { signal } = interruption;
    const work: Work = { plan, options, scenarioName: scenario.name, seed, workloadsDir, trace, report, signal };
    const done = await carryOut(work);
    for (const file of files) file.commit();
    tell(done, work);
  } catch (error) {
    discard();
    if (!interruption.signal.aborted) throw error;
    process.stderr.write('lifeboat: interrupted, nothing was written\n');
    process.exitCode = interruption.exitCode;
  } finally {
    interruption.end();
  }
}

/** Two outputs in one file would spoil each other, and an output in the plan's place the plan. */
function refuseToMix(files: readonly OutputFile[], options: Options): void {
  const last = files.at(-1);
  if (last === undefined) return;
  if (last.isStandardOutput && options.json === true)
    throw new InputError(`${last.name}: --json has the standard output for itself; name a file`);
  if (files.some((other) => other !== last && other.path === last.path))
    throw new InputError(`${last.name}: trace and report can't be the same file; name another one`);
  if (existsSync(options.file) && last.path === realpathSync(options.file))
    throw new InputError(`${last.name}: is the plan; name another file`);
}

/** With progress on a terminal, silent elsewhere. */
async function carryOut(work: Work): Promise<Rehearsal> {
  const { options, signal } = work;
  let assembly: Assembly | undefined;
  let done: Rehearsal | undefined;
  let leftBehind: string | undefined;
  // A terminal without columns (serial lines, recorders) would get one letter a line.
  const isTerminal = process.stdout.isTTY === true && process.stdout.columns >= fewestColumns;
  const showsProgress = isTerminal && options.json !== true;
  const tasks = new Listr(
    [
      {
        title:
          options.templates === undefined ? 'Synthesise the templates' : `Read the templates of ${options.templates}`,
        task: async (_context, task) => {
          const { folder, cached, temporary } = await templatesOf(work);
          leftBehind = temporary;
          if (cached) task.title = 'Templates and bundles from the cache: nothing they are made of has changed';
          assembly = readAssembly(folder);
          signal.throwIfAborted();
        },
      },
      {
        title: `Rehearse ${work.scenarioName}`,
        task: async (_context, task) => {
          if (assembly === undefined) throw new Error('the templates were not read');
          done = await rehearseWith(work, assembly, (text) => {
            task.output = text;
          });
        },
      },
    ],
    { renderer: showsProgress ? 'default' : 'silent', registerSignalListeners: false },
  );
  try {
    await tasks.run();
  } finally {
    if (leftBehind !== undefined) rmSync(leftBehind, { recursive: true, force: true });
  }
  if (done === undefined) throw new Error('the rehearsal gave no result');
  work.report?.write(await reportOf(work, done));
  return done;
}

async function rehearseWith(work: Work, assembly: Assembly, show: (text: string) => void): Promise<Rehearsal> {
  const { plan, seed, trace, signal } = work;
  // Somebody else's templates may change under their folder's name; ours are named by their content.
  const check = work.options.templates === undefined ? definitionsChecked(projectDir, assembly.folder) : undefined;
  const writer = new TraceWriter(seed);
  const startedMs = performance.now();
  const done = await rehearse({
    plan,
    bundles: new Bundles(new CodeCache(join(projectDir, '.lifeboat', 'cache', 'code'))),
    definitionsChecked: check?.passed === true,
    objects: readWorkloads(work.workloadsDir),
    assembly,
    scenario: scenarioNamed(work.scenarioName),
    seed,
    signal,
    ...(trace !== undefined && { onCall: (entry) => trace.write(`${writer.line(entry)}\n`) }),
    onProgress: (step, virtualSeconds) => {
      const real = durationText((performance.now() - startedMs) / 1000);
      const when = virtualSeconds < 0 ? 'before the fault' : `fault + ${durationText(virtualSeconds)}`;
      show(`${when}: ${step} (${real} of real time)`);
    },
  });
  if (check?.passed === false) check.pass();
  return done;
}

async function templatesOf({ plan, options, signal }: Work): Promise<CachedAssembly> {
  if (options.templates !== undefined) {
    assertMadeOf(plan, options.templates, options.file);
    return { folder: options.templates, cached: false };
  }
  return cachedAssembly({
    projectDir,
    plan,
    synthesise: (outDir, bundleDir) => synthesise(plan, outDir, bundleDir, signal),
  });
}

/** The chart library is loaded only for who wants a report. */
async function reportOf(work: Work, done: Rehearsal): Promise<string> {
  const { renderReport } = await import('../../lib/rehearsal/report/report.ts');
  const { plan, options, scenarioName, seed, workloadsDir } = work;
  const { title, description } = scenarioNamed(scenarioName);
  const words = ['npx', 'lifeboat', 'rehearse', scenarioName, '--seed', `${seed}`, '-f', options.file];
  words.push('--workloads', workloadsDir);
  if (options.templates !== undefined) words.push('--templates', options.templates);
  return renderReport({
    result: done.result,
    estate: plan.estate,
    scenarioTitle: title,
    scenarioDescription: description,
    timeline: done.timeline,
    journal: done.journal,
    notifications: done.notifications,
    troubledCalls: done.troubledCalls,
    lowerBoundSteps: done.lowerBoundSteps,
    replayCommand: words.map(shellWord).join(' '),
    assumptions: done.assumptions,
  });
}

function tell({ result }: Rehearsal, { options, trace, report }: Work): void {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    // Whoever sends report or trace to the standard output wants nothing else there.
    const stream = trace?.isStandardOutput || report?.isStandardOutput ? process.stderr : process.stdout;
    stream.write(summaryText(result));
    if (trace !== undefined) stream.write(`  trace:  ${trace.path}\n`);
    if (report !== undefined) stream.write(`  report: ${report.path}\n`);
  }
  if (!result.ok) process.exitCode = 1;
}

/** As a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./:@=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
