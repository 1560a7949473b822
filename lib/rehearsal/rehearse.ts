import { Kernel } from './kernel/kernel.ts';
import { quiesce } from './kernel/quiesce.ts';
import type { Rehearsal, RehearsalOptions } from './rehearsal.ts';
import { RehearsalRun } from './rehearsal-run.ts';

/** A Monday morning, when a bank is busy. Virtual time starts here whatever the day. */
export const startMs = Date.UTC(2026, 0, 5, 9);

/**
 * Runs one scenario on the templates' own functions and state machines in a simulated AWS.
 * Throws InputError for what can't be rehearsed; the same options give the same calls in the same order.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const kernel = new Kernel({ seed: options.seed, startMs, quiesce });
  const run = new RehearsalRun(kernel, options);
  await run.deploy();
  await run.warmUp();
  await run.disaster();
  options.bundles?.keepCode();
  return run.measure();
}
