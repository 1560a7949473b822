import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { awsRegions, strongConsistencySets } from '../../lib/plan/aws-regions.ts';
import { type Draft, draftOf } from '../../lib/plan/draft/draft.ts';
import { type DraftChoices, draftText } from '../../lib/plan/draft/draft-text.ts';
import { readWorkloadFolder } from '../../lib/plan/draft/workloads.ts';
import { refuseToOverwrite, writeAtomically } from '../../lib/plan/draft/write-draft.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import { nearestRemedy } from '../../lib/plan/nearest.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { parsePlan } from '../../lib/plan/read-plan.ts';
import { type Unrecoverable, unrecoverable } from '../../lib/plan/recoverability.ts';

interface InitOptions {
  readonly workloads: string;
  readonly data: DraftChoices['data'];
  readonly file: string;
  readonly force?: boolean;
  readonly estate?: string;
  readonly active: string;
  readonly standby: string;
  readonly witness: string;
  readonly json?: boolean;
}

const example = `
Example:
  $ lifeboat init --workloads k8s/ --data external -f lifeboat.yaml
  $ lifeboat rehearse region-loss -f lifeboat.yaml --workloads k8s/

Exit code 0: the plan is written. 2: the folder or the file can't be used; nothing is written.`;

export function registerInit(program: Command): void {
  program
    .command('init')
    .description('draft a lifeboat.yaml from a folder of Kubernetes manifests')
    .requiredOption('--workloads <dir>', 'folder of manifests: .yaml, .yml and .json files, at any depth')
    .addOption(
      new Option(
        '--data <where>',
        'where data will be kept: in-cluster as in the manifests, or external and replicated',
      )
        .choices(['in-cluster', 'external'])
        .default('in-cluster'),
    )
    .option('-f, --file <file>', 'where to write the plan', 'lifeboat.yaml')
    .option('--force', 'overwrite the file')
    .option('--estate <name>', 'name of the estate (default: the name of the folder)')
    .option('--active <region>', 'where the estate serves clients today', 'eu-central-1')
    .option('--standby <region>', 'where it comes up', 'eu-west-1')
    .option('--witness <region>', 'the third region that decides between the two', 'eu-west-3')
    .option(
      '--json',
      'one JSON document on stdout: {ok, file, estate, platform, applications, leftOut, unrecoverable, ignored}',
    )
    .addHelpText('after', example)
    .action(init);
}

function init(options: InitOptions): void {
  refuseRegions(options);
  refuseToOverwrite(options.file, options.force === true);
  const { objects, ignored } = readWorkloadFolder(options.workloads);
  const draft = draftOf(objects, options.workloads, options.estate);
  const text = draftText(draft, choicesOf(options));
  const plan = parsePlan(text, options.file);
  writeAtomically(options.file, text);
  const lost = unrecoverable(plan);
  if (options.json)
    process.stdout.write(`${JSON.stringify(summary(options.file, draft, plan, lost, ignored), null, 2)}\n`);
  else process.stdout.write(sentences(options, draft, lost, ignored));
}

function refuseRegions({ active, standby, witness }: InitOptions): void {
  for (const region of [active, standby, witness]) {
    if (!awsRegions.includes(region))
      throw new InputError(`"${region}" is not an AWS region: ${nearestRemedy(region, awsRegions)}`);
  }
  if (new Set([active, standby, witness]).size < 3) {
    throw new InputError(
      'active, standby and witness must be three different regions: name them with --active, --standby, --witness',
    );
  }
}

function choicesOf({ active, standby, witness, data, file, workloads }: InitOptions): DraftChoices {
  const regions = { active, standby, witness };
  const isStrong = strongConsistencySets.some((set) => Object.values(regions).every((region) => set.includes(region)));
  const schema = fileURLToPath(new URL('../../schema/lifeboat.schema.json', import.meta.url));
  return {
    regions,
    authority: isStrong ? 'strong' : 'regional',
    data,
    schema: relative(dirname(resolve(file)), schema).replaceAll('\\', '/'),
    source: workloads,
  };
}

function summary(
  file: string,
  draft: Draft,
  plan: Plan,
  lost: readonly Unrecoverable[],
  ignored: readonly string[],
): object {
  return {
    ok: true,
    file,
    estate: draft.estate,
    platform: draft.platform.map(({ role, name }) => ({ role, name })),
    applications: plan.applications.map(({ name, tier, pattern, dependsOn }) => ({ name, tier, pattern, dependsOn })),
    leftOut: draft.leftOut.map(({ from, to, cycle, because }) => ({ from, to, cycle, because })),
    unrecoverable: lost,
    ignored,
  };
}

function sentences(
  { file, data }: InitOptions,
  draft: Draft,
  lost: readonly Unrecoverable[],
  ignored: readonly string[],
): string {
  const lines = [`${file}: estate ${draft.estate}, ${draft.applications.length} applications`];
  for (const { name, tier, pattern, dependsOn } of draft.applications) {
    const needs = dependsOn.length > 0 ? `, needs ${dependsOn.map((dependency) => dependency.name).join(', ')}` : '';
    lines.push(`  ${name}: tier ${tier}, ${pattern}${needs}`);
  }
  for (const { from, to, cycle } of draft.leftOut) {
    lines.push(`  left out: ${from} needs ${to}, which would close the cycle ${cycle.join(' → ')}`);
  }
  for (const { application, reason } of lost) lines.push(`  not recoverable: ${application}: ${reason}`);
  if (lost.length > 0 && data === 'in-cluster')
    lines.push('  (--data external drafts the plan as if data were replicated outside the cluster)');
  if (ignored.length > 0) lines.push(`  passed over, no Kubernetes objects in it: ${ignored.join(', ')}`);
  lines.push(`What the manifests could not say is marked TODO. Next: lifeboat validate -f ${file}`, '');
  return lines.join('\n');
}
