import type { Kernel } from '../../../kernel/kernel.ts';

export interface LoopTimer {
  cancel(): void;
}

/**
 * The event loop of one execution environment: everything that resumes its code goes through here. Between invocations
 * the environment is frozen (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html): timers and
 * answers that fall due meanwhile run at the next thaw. After `destroy` nothing of it ever runs again.
 */
export class ProcessLoop {
  readonly kernel: Kernel;
  /** Unique name of the process, for the order of what happens at one instant. */
  readonly name: string;
  readonly #onCrash: (error: unknown) => void;
  #state: 'running' | 'frozen' | 'destroyed' = 'running';
  #deferred: (() => void)[] = [];
  #calls = 0;

  /** `onCrash`: an exception that nobody caught; the process is dead then. */
  constructor(kernel: Kernel, name: string, onCrash: (error: unknown) => void) {
    this.kernel = kernel;
    this.name = name;
    this.#onCrash = onCrash;
  }

  get destroyed(): boolean {
    return this.#state === 'destroyed';
  }

  /** Runs a callback in the process at the present instant. */
  deliver(run: () => void): void {
    if (this.#state === 'destroyed') return;
    if (this.#state === 'frozen') {
      this.#deferred.push(run);
      return;
    }
    this.kernel.awaitQuiescence();
    try {
      run();
    } catch (error) {
      this.crash(error);
    }
  }

  after(delayMs: number, run: () => void): LoopTimer {
    return this.kernel.after(delayMs, this.name, () => this.deliver(run), this.name);
  }

  /** A request of the process to the world; requests of one instant are carried out ordered by process and number. */
  submit(run: () => void): void {
    this.kernel.submit(this.name, this.#calls++, () => {
      if (this.#state !== 'destroyed') run();
    });
  }

  /** Ends the whole rehearsal: the process asked for something that the world doesn't have. */
  fail(error: Error): void {
    this.kernel.submit(this.name, this.#calls++, () => {
      throw error;
    });
  }

  crash(error: unknown): void {
    if (this.#state !== 'destroyed') this.#onCrash(error);
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    const due = this.#deferred;
    this.#deferred = [];
    for (const run of due) this.deliver(run);
  }

  destroy(): void {
    this.#state = 'destroyed';
    this.#deferred = [];
  }
}
