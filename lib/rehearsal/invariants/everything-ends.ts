import type { InvariantFactory } from './invariant.ts';

/** Rule 12: every execution ends within its time-out, and no lock outlives its own. */
export const everythingEnds: InvariantFactory = (evidence, broken) => ({
  rule: 12,
  onEnd() {
    const nowMs = evidence.nowMs();
    const running = evidence.runningExecutions();
    for (const { name, startedAtMs, timeoutSeconds } of running) {
      if (startedAtMs + timeoutSeconds * 1000 < nowMs)
        broken(`execution ${name} outlived its time-out of ${timeoutSeconds} s`);
    }
    for (const { owner, expiresAtMs } of evidence.locks()) {
      if (expiresAtMs < nowMs) broken(`the incident lock of ${owner} outlived its time-out`);
      else if (running.length === 0) broken(`the incident lock of ${owner} is held though no execution runs`);
    }
  },
});
