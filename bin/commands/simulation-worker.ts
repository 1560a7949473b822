import { join, resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { readWorkloads } from '../../lib/plan/draft/workloads.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import { Bundles } from '../../lib/rehearsal/aws/lambda/runtime/bundle.ts';
import { CodeCache } from '../../lib/rehearsal/aws/lambda/runtime/code-cache.ts';
import { seedRunOf } from '../../lib/rehearsal/measure/seed-series.ts';
import { rehearse } from '../../lib/rehearsal/rehearse.ts';
import { scenarioNamed } from '../../lib/rehearsal/scenarios/scenarios.ts';
import { readAssembly } from '../../lib/rehearsal/templates/assembly.ts';
import type { SimulationAnswer, SimulationSetting, SimulationTask } from './simulation-threads.ts';

const { workloadsDir } = workerData as SimulationSetting;
const objects = readWorkloads(workloadsDir);
// Compiled once for all seeds of the thread, which is where most of the gain over single rehearsals comes from.
const bundles = new Bundles(new CodeCache(join(resolve(import.meta.dirname, '../..'), '.lifeboat', 'cache', 'code')));

async function answer(task: SimulationTask): Promise<SimulationAnswer> {
  try {
    const { result } = await rehearse({
      plan: task.plan,
      objects,
      bundles,
      assembly: readAssembly(task.assemblyFolder),
      scenario: scenarioNamed(task.scenario),
      seed: task.seed,
      definitionsChecked: task.definitionsChecked,
    });
    return { run: seedRunOf(result) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { refused: error.message };
  }
}

parentPort?.on('message', async (task: SimulationTask) => {
  parentPort?.postMessage(await answer(task));
});
