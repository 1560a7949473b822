import { Worker } from 'node:worker_threads';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';

/** What the worker says in the end; errors lose their class between threads. */
export type Synthesised = { readonly refused: string } | 'done';

/**
 * Writes the plan's cloud assembly into `outDir`, with bundles that `bundleDir` keeps. In a thread of its own: CDK works for seconds without a pause, and
 * progress and Ctrl-C need one. Throws InputError for a plan that can't be deployed, and the signal's reason.
 */
export async function synthesise(plan: Plan, outDir: string, bundleDir: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./synthesis-worker.ts', import.meta.url), {
    workerData: { plan, outDir, bundleDir },
  });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop);
  try {
    const answer = await new Promise<Synthesised | undefined>((resolve, reject) => {
      let said: Synthesised | undefined;
      worker.on('message', (message: Synthesised) => {
        said = message;
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve(said));
    });
    signal.throwIfAborted();
    if (answer === undefined) throw new Error('the synthesis ended without templates');
    if (answer !== 'done') throw new InputError(answer.refused);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
