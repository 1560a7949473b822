import { constants } from 'node:os';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C, a kill or a closed terminal ask the work to stop through `signal`. Who asks twice doesn't want to wait:
 * the process ends after `leaveNothing`.
 */
export class Interruption {
  /** 128 + the number of the signal, as shells have it. */
  exitCode = 0;
  readonly #controller = new AbortController();
  readonly #leaveNothing: () => void;
  // Listeners stay until the end: the terminal's cursor is restored by a package that kills the process when it finds
  // no other listener, and `once` would take ours away before.
  readonly #listener = (name: NodeJS.Signals) => this.#interrupt(name);

  constructor(leaveNothing: () => void) {
    this.#leaveNothing = leaveNothing;
    for (const name of names) process.on(name, this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    for (const name of names) process.off(name, this.#listener);
  }

  #interrupt(name: NodeJS.Signals): void {
    this.exitCode = 128 + constants.signals[name];
    if (this.#controller.signal.aborted) {
      this.#leaveNothing();
      process.exit(this.exitCode);
    }
    this.#controller.abort(new Error('interrupted'));
  }
}
