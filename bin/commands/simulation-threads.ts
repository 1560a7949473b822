import { Worker } from 'node:worker_threads';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { SeedRun } from '../../lib/rehearsal/measure/seed-series.ts';

export interface SimulationSetting {
  readonly workloadsDir: string;
}

export interface SimulationTask {
  readonly scenario: string;
  readonly seed: number;
  readonly plan: Plan;
  readonly assemblyFolder: string;
  readonly definitionsChecked: boolean;
}

export type SimulationAnswer = { readonly run: SeedRun } | { readonly refused: string };

/** No rehearsal of a plan takes a tenth of it; one that does hangs. */
const answerTimeoutMs = 15 * 60_000;

/**
 * Rehearses the tasks in `jobs` threads, in their order, and tells of each as it ends. Throws InputError for what can't
 * be rehearsed and the signal's reason when it is aborted; what was told until then stands.
 */
export async function simulateInThreads(
  tasks: readonly SimulationTask[],
  options: {
    readonly jobs: number;
    readonly setting: SimulationSetting;
    readonly signal: AbortSignal;
    readonly onRun: (run: SeedRun) => void;
  },
): Promise<void> {
  const waiting = [...tasks];
  const { setting, signal, onRun } = options;
  const threads = Array.from({ length: Math.min(options.jobs, tasks.length) }, () => new Thread(setting));
  const stop = () => {
    for (const thread of threads) thread.end();
  };
  signal.addEventListener('abort', stop);
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) onRun(await thread.run(task));
      }),
    );
  } catch (error) {
    // A thread that was stopped says that it ended; why is the signal's to say.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

class Thread {
  readonly #worker: Worker;

  constructor(setting: SimulationSetting) {
    this.#worker = new Worker(new URL('./simulation-worker.ts', import.meta.url), { workerData: setting });
    // Of a worker that fails between two tasks; the task that comes next finds it gone.
    this.#worker.on('error', () => undefined);
  }

  end(): void {
    void this.#worker.terminate();
  }

  async run(task: SimulationTask): Promise<SeedRun> {
    const worker = this.#worker;
    const { scenario, seed } = task;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${scenario} with seed ${seed} has not ended in 15 minutes`))),
        answerTimeoutMs,
      );
      const onMessage = (answer: SimulationAnswer) =>
        settle(() => ('run' in answer ? resolve(answer.run) : reject(new InputError(answer.refused))));
      const onError = (error: unknown) => settle(() => reject(error));
      const onExit = () => settle(() => reject(new Error(`the thread of ${scenario} with seed ${seed} ended`)));
      const settle = (end: () => void) => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        end();
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(task);
    });
  }
}
