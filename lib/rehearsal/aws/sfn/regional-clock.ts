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
  /** What has been due since `pause`, in order. */
  #held: (() => void)[] | undefined;

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

  /** Nothing is run from now on until `resume`, which then runs what was due. */
  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) this.whileLight(run);
  }

  whileLight(run: () => void): void {
    if (this.#held !== undefined) this.#held.push(run);
    else if (this.#stopped || !this.#weather.regionUp(this.#region)) this.#stopped = true;
    else run();
  }
}
