import { Kernel } from '../../../lib/rehearsal/kernel/kernel.ts';

export const startMs = Date.UTC(2026, 0, 5, 9);

/** A kernel whose world has no asynchronous code in it. */
export function testKernel(seed = 1): Kernel {
  return new Kernel({ seed, startMs, quiesce: () => Promise.resolve() });
}
