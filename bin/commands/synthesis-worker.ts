import { parentPort, workerData } from 'node:worker_threads';
import { buildApp } from '../../lib/infra/app.ts';
import { bundleHandlers } from '../../lib/infra/bundle.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { Synthesised } from './synthesise.ts';

const { plan, outDir, bundleDir } = workerData as {
  readonly plan: Plan;
  readonly outDir: string;
  readonly bundleDir: string;
};

function say(answer: Synthesised): void {
  parentPort?.postMessage(answer);
}

try {
  buildApp(plan, { bundles: await bundleHandlers({ cacheDir: bundleDir }), outdir: outDir }).synth();
  say('done');
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  say({ refused: error.message });
}
