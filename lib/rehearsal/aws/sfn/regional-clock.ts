import type { Kernel, Timer } from '../../kernel/kernel.ts';
import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Weather } from '../service.ts';

/**
 * The kernel as what runs in one region sees it: when the region is dark, or has been since this clock was made,
 * nothing that it was to run is run any more.
 */
export class RegionalClock implements Pick<Kernel, 'nowMs' | 'after' | 'submit' | 'awaitQuiescence' | 'random'> {
  readonly #kernel: Kernel;
  readonly #weather: Weather;
  readonly #region: string;
  #stopped = false;

  constructor(kernel: Kernel, weather: Weather, region: string) {
    this.#kernel = kernel;
    this.#weather = weather;
    this.#region = region;
  }

  get nowMs(): number {
    return this.#kernel.nowMs;
  }

  /** Has something been due in the dark? */
  get stopped(): boolean {
    return this.#stopped;
  }

  random(name: string): RandomStream {
    return this.#kernel.random(name);
  }

  after(delayMs: number, label: string, run: () => void): Timer {
    return this.#kernel.after(delayMs, label, () => this.whileLight(run));
  }

  submit(caller: string, callNumber: number, run: () => void): void {
    this.#kernel.submit(caller, callNumber, () => this.whileLight(run));
  }

  awaitQuiescence(): void {
    this.#kernel.awaitQuiescence();
  }

  whileLight(run: () => void): void {
    if (this.#stopped || !this.#weather.regionUp(this.#region)) this.#stopped = true;
    else run();
  }
}
