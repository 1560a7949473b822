import type { Command } from 'commander';
import { readWorkloads } from '../../lib/plan/draft/workloads.ts';
import { PlanError } from '../../lib/plan/mistake.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { readPlan } from '../../lib/plan/read-plan.ts';
import { unrecoverable } from '../../lib/plan/recoverability.ts';
import { withUndeclaredStores } from '../../lib/plan/undeclared-stores.ts';
import { planWarnings } from '../../lib/plan/warnings.ts';
import { waves } from '../../lib/plan/waves.ts';

const example = `
Example:
  $ lifeboat validate -f examples/bank/lifeboat.yaml

Exit code 0: the plan is valid. 2: it is not, or there is none; every mistake is shown with its place and remedy.`;

export function registerValidate(program: Command): void {
  program
    .command('validate')
    .description('check lifeboat.yaml: every mistake at once')
    .option('-f, --file <file>', 'the plan', 'lifeboat.yaml')
    .option('--workloads <dir>', 'folder of manifests: also report volume claims that the plan does not declare')
    .option('--json', 'one JSON document on stdout: {ok, file, mistakes, waves, unrecoverable, warnings}')
    .addHelpText('after', example)
    .action(validate);
}

interface ValidateOptions {
  readonly file: string;
  readonly workloads?: string;
  readonly json?: boolean;
}

function validate({ file, workloads, json }: ValidateOptions): void {
  let plan: Plan;
  try {
    plan = readPlan(file);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    process.exitCode = 2;
    if (json) writeJson({ ok: false, file, mistakes: error.mistakes, waves: [], unrecoverable: [], warnings: [] });
    else process.stderr.write(`${refusal(error)}\n`);
    return;
  }
  const names = waves(plan).map((wave) => wave.map(({ name }) => name));
  const lost = unrecoverable(workloads === undefined ? plan : withUndeclaredStores(plan, readWorkloads(workloads)));
  const warnings = planWarnings(plan);
  if (json) {
    writeJson({ ok: true, file, mistakes: [], waves: names, unrecoverable: lost, warnings });
    return;
  }
  process.stdout.write(`${file}: valid, ${plan.applications.length} applications\n`);
  process.stdout.write('  wave 0: platform\n');
  for (const [index, wave] of names.entries()) process.stdout.write(`  wave ${index + 1}: ${wave.join(', ')}\n`);
  for (const { application, reason, remedy } of lost) {
    process.stdout.write(`  not recoverable: ${application}: ${reason} (${remedy})\n`);
  }
  for (const { message, remedy } of warnings) process.stdout.write(`  warning: ${message} (${remedy})\n`);
}

function refusal(error: PlanError): string {
  const count = error.mistakes.length;
  return `${error.message}\n${count} ${count === 1 ? 'mistake' : 'mistakes'} in ${error.file}`;
}

function writeJson(document: object): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
