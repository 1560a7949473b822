import type { Runtime } from './runtime.ts';

/**
 * EventBridge Scheduler starts a function within a minute of its time, no finer
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html), so a function that keeps a beat starts
 * every minute and loops for two: two invocations overlap, and a start that fails leaves no hole.
 */
export const beatLoopSeconds = 120;

export interface Beat {
  readonly intervalSeconds: number;
  readonly runtime: Runtime;
  /** Ends the loop early. */
  readonly signal: AbortSignal;
}

/**
 * The slots of a beat, each given out at its time. Slots are whole multiples of the interval since the epoch, so that
 * all invocations in all regions mean the same instants; one whose time has passed is left out.
 */
export async function* beatSlots(beat: Beat): AsyncGenerator<number, void, void> {
  const intervalMs = beat.intervalSeconds * 1000;
  const { runtime, signal } = beat;
  const endMs = runtime.nowMs() + beatLoopSeconds * 1000;
  let slotMs = Math.ceil(runtime.nowMs() / intervalMs) * intervalMs;
  while (slotMs < endMs && !signal.aborted) {
    const waitMs = slotMs - runtime.nowMs();
    if (waitMs > 0 && !(await slept(runtime, waitMs, signal))) return;
    yield slotMs;
    slotMs = Math.max(slotMs + intervalMs, Math.ceil(runtime.nowMs() / intervalMs) * intervalMs);
  }
}

async function slept(runtime: Runtime, waitMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await runtime.sleep(waitMs, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
