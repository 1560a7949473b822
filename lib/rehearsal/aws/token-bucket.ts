import type { Kernel } from '../kernel/kernel.ts';

/** A bucket that holds `capacity` tokens at the most and gets `perSecond` of them every second. */
export class TokenBucket {
  readonly #kernel: Pick<Kernel, 'nowMs'>;
  readonly #capacity: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledMs: number;

  constructor(kernel: Pick<Kernel, 'nowMs'>, capacity: number, perSecond: number) {
    this.#kernel = kernel;
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#tokens = capacity;
    this.#filledMs = kernel.nowMs;
  }

  /** False when there is none left. */
  take(): boolean {
    const { nowMs } = this.#kernel;
    this.#tokens = Math.min(this.#capacity, this.#tokens + ((nowMs - this.#filledMs) / 1000) * this.#perSecond);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
