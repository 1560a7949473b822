import type { CaptureStore } from '../../lib/cluster/capture-store.ts';

/**
 * Seconds since the oldest of the captures that this region was told; undefined while it was told none. An application
 * that was never captured has no age: that its capture fails is told where it fails, in the active region.
 */
export async function captureAgeSeconds(
  names: readonly string[],
  store: Pick<CaptureStore, 'summary'>,
  nowMs: () => number,
): Promise<number | undefined> {
  const summaries = await Promise.all(names.map((name) => store.summary(name)));
  const capturedAtMs = summaries.flatMap((summary) => summary?.capturedAtMs ?? []);
  if (capturedAtMs.length === 0) return undefined;
  return Math.max(0, nowMs() - Math.min(...capturedAtMs)) / 1000;
}
