import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildApp } from '../lib/infra/app.ts';
import { bundleHandlers } from '../lib/infra/bundle.ts';
import { readWorkloads } from '../lib/plan/draft/workloads.ts';
import { readPlan } from '../lib/plan/read-plan.ts';
import { Bundles } from '../lib/rehearsal/aws/lambda/runtime/bundle.ts';
import { rehearse } from '../lib/rehearsal/rehearse.ts';
import { scenarioNamed } from '../lib/rehearsal/scenarios/scenarios.ts';
import { readAssembly } from '../lib/rehearsal/templates/assembly.ts';
import { generatedEstate } from './generated-estate.ts';
import { type Benchmark, row } from './result.ts';

const projectDir = resolve(import.meta.dirname, '..');
const sizes = [10, 100, 1000] as const;

interface Estate {
  readonly name: string;
  readonly planFile: string;
  readonly workloadsDir: string;
}

/** How long the loss of a region lasts for clients, against the lower bound: the example and generated estates, one seed per run. */
export async function benchRto(runs: number): Promise<Benchmark> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-bench-'));
  try {
    const bank = join(projectDir, 'examples/bank');
    const estates: Estate[] = [
      { name: 'examples/bank', planFile: join(bank, 'lifeboat.yaml'), workloadsDir: join(bank, 'workloads') },
      ...sizes.map((workloads) => written(workloads, join(folder, String(workloads)))),
    ];
    const measured: { readonly name: string; readonly runs: readonly Measured[] }[] = [];
    for (const estate of estates) measured.push({ name: estate.name, runs: await measure(estate, runs, folder) });
    const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    return {
      name: 'rto',
      rows: measured.map((one) =>
        row(
          one.name,
          's',
          one.runs.map(({ seconds }) => seconds),
          peakMiB,
        ),
      ),
      ratios: measured.map((one) => {
        const ratios = one.runs.map(({ seconds, lowerBoundSeconds }) => seconds / lowerBoundSeconds);
        const { median, min, max } = row('', '', ratios, 0);
        return { case: one.name, name: 'vs-lower-bound', median, min, max };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly seconds: number;
  readonly lowerBoundSeconds: number;
}

/** Throws where a run doesn't end as expected: a recovery that broke a rule is no figure. */
async function measure({ name, planFile, workloadsDir }: Estate, runs: number, folder: string): Promise<Measured[]> {
  const plan = readPlan(planFile);
  const outdir = mkdtempSync(join(folder, 'assembly-'));
  buildApp(plan, { bundles: await bundleHandlers(), outdir }).synth();
  const common = { plan, objects: readWorkloads(workloadsDir), assembly: readAssembly(outdir), bundles: new Bundles() };
  const measured: Measured[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const { result } = await rehearse({ ...common, scenario: scenarioNamed('region-loss'), seed });
    const { seconds, lowerBoundSeconds } = result.rto;
    if (!result.ok || seconds === null) throw new Error(`${name}, seed ${seed}: ${result.reason}`);
    measured.push({ seconds, lowerBoundSeconds });
  }
  return measured;
}

function written(workloads: number, folder: string): Estate {
  const { plan, manifests } = generatedEstate(workloads, 1);
  const workloadsDir = join(folder, 'workloads');
  mkdirSync(workloadsDir, { recursive: true });
  // YAML contains JSON.
  writeFileSync(join(workloadsDir, 'all.yaml'), manifests.map((object) => JSON.stringify(object)).join('\n---\n'));
  const planFile = join(folder, 'lifeboat.yaml');
  writeFileSync(planFile, JSON.stringify(plan, null, 2));
  return { name: `${workloads} workloads`, planFile, workloadsDir };
}
