import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { InputError } from '../../lib/plan/input-error.ts';
import { type AslCase, parseCases } from '../../lib/rehearsal/states/asl-case.ts';
import { type AslResult, loadCase, runCase } from '../../lib/rehearsal/states/case-runner.ts';
import { checkDefinition, type Finding } from '../../lib/rehearsal/states/check.ts';
import { seedOf } from './seed.ts';

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a folder, not a file' : message;
    throw new InputError(`${file}: ${reason}`);
  }
}

function describeResult(result: AslResult): string {
  const ending = result.error === null ? JSON.stringify(result.output) : `${result.error}: ${result.cause ?? ''}`;
  return `${result.name}: ${result.status} ${ending}\n  states ${result.states.join(' → ')}\n`;
}

/** Runs every case that can run; files and definitions that can't are errors in the end, the others' results stand. */
async function run(files: string[], options: { json?: boolean; seed: string }): Promise<void> {
  const seed = seedOf(options.seed);
  const cases: AslCase[] = [];
  const refused: string[] = [];
  for (const file of files) {
    try {
      cases.push(...parseCases(await readText(file), file));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push(error.message);
    }
  }
  for (const aslCase of cases) {
    try {
      const result = await runCase(aslCase, loadCase(aslCase), seed);
      process.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : describeResult(result));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push(error.message);
    }
  }
  if (refused.length > 0) throw new InputError(refused.join('\nlifeboat: '));
}

interface CheckedFile {
  readonly file: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

async function checkFile(file: string): Promise<CheckedFile> {
  const text = await readText(file);
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const findings = await checkDefinition(definition);
  return { file, ok: findings.length === 0, findings };
}

async function check(files: string[], options: { json?: boolean }): Promise<void> {
  const checked: CheckedFile[] = [];
  for (const file of files) checked.push(await checkFile(file));
  const ok = checked.every((one) => one.ok);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ ok, files: checked })}\n`);
  } else {
    for (const { file, findings } of checked) {
      if (findings.length === 0) process.stdout.write(`${file}: ok\n`);
      for (const { path, message, rule } of findings) process.stdout.write(`${file}: ${path}: ${message} (${rule})\n`);
    }
  }
  if (!ok) process.exitCode = 1;
}

export function registerAsl(program: Command): void {
  const asl = program.command('asl').description('run and check state machines (Amazon States Language, JSONata)');
  asl
    .command('run')
    .description('run cases {name, definition, input, lambda} on a virtual clock, without AWS')
    .argument('<files...>', 'JSON files, each with one case or an array of them')
    .option('--json', 'one line of JSON per case')
    .option('--seed <number>', 'seed of jitter, $random and $uuid', '1')
    .addHelpText('after', '\nExample:\n  lifeboat asl run cases.json --json')
    .action(run);
  asl
    .command('check')
    .description('refuse what AWS refuses when a state machine is created')
    .argument('<files...>', 'state machine definitions (*.asl.json)')
    .option('--json', 'one JSON document: {ok, files: [{file, ok, findings: [{path, message, rule}]}]}')
    .addHelpText('after', '\nExample:\n  lifeboat asl check statemachines/failover.asl.json')
    .action(check);
}
