import type { Kernel } from '../kernel/kernel.ts';

/** What is wrong with a region that is up: some requests to its applications fail, all answers are late. */
export interface Degradation {
  /** 0 to 100: share of the applications' requests that fail. The ingress's own health path doesn't know of it. */
  readonly errorPercent: number;
  /** Added to every answer of the region's load balancers, those of the health path too. */
  readonly extraLatencyMs: number;
}

/** Regions that answer and are not well: neither dark nor healthy. */
export class GrayFailures {
  readonly #kernel: Kernel;
  readonly #degraded = new Map<string, Degradation>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  degrade(region: string, degradation: Degradation): void {
    this.#degraded.set(region, degradation);
  }

  mend(region: string): void {
    this.#degraded.delete(region);
  }

  extraLatencyMs(region: string): number {
    return this.#degraded.get(region)?.extraLatencyMs ?? 0;
  }

  /** Whether this request of an application fails; each is drawn anew. */
  fails(region: string): boolean {
    const degradation = this.#degraded.get(region);
    if (degradation === undefined) return false;
    return this.#kernel.random(`gray-failure/${region}`).between(0, 100) < degradation.errorPercent;
  }
}
