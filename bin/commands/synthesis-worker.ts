import { parentPort, workerData } from 'node:worker_threads';
import { buildApp } from '../../lib/infra/app.ts';
import { bundleHandlers } from '../../lib/infra/bundle.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Synthesised } from './synthesise.ts';

const { plan, outDir } = workerData as { readonly plan: Plan; readonly outDir: string };

function say(answer: Synthesised): void {
  parentPort?.postMessage(answer);
}

try {
  buildApp(plan, { bundles: await bundleHandlers(), outdir: outDir }).synth();
  say('done');
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  say({ refused: error.message });
}
