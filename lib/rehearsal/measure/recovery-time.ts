import type { RequestOutcome } from './request-log.ts';

/** An application is back from the start of the first 60 s in which at least 99 % of its requests succeed. */
export const recoveryWindowSeconds = 60;
export const recoveryShare = 0.99;

/**
 * Seconds from the fault to recovery; 0 if clients noticed nothing, undefined if no whole window was good before
 * `endMs` (the last instant of which all answers are known). `outcomes` is ordered by the time of sending.
 */
export function recoverySeconds(
  outcomes: readonly RequestOutcome[],
  faultMs: number,
  endMs: number,
): number | undefined {
  const windowMs = recoveryWindowSeconds * 1000;
  const after = outcomes.filter((one) => one.sentAtMs >= faultMs && one.sentAtMs <= endMs);
  let end = 0;
  let succeeded = 0;
  for (let start = 0; start < after.length; start++) {
    // The very first window starts at the fault itself, every later one with a request.
    const fromMs = start === 0 ? faultMs : (after[start]?.sentAtMs ?? 0);
    if (fromMs + windowMs > endMs) return undefined;
    for (; end < after.length && (after[end]?.sentAtMs ?? 0) < fromMs + windowMs; end++) {
      if (after[end]?.succeeded) succeeded++;
    }
    if (after[start]?.succeeded && succeeded / (end - start) >= recoveryShare) return (fromMs - faultMs) / 1000;
    if (after[start]?.succeeded) succeeded--;
  }
  return undefined;
}
