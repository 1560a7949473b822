import { authorityTableName } from '../../plan/names.ts';
import { isWriteTo } from './epoch-grows.ts';
import type { AuthorityState, InvariantFactory } from './invariant.ts';

/**
 * Rule 5, as far as fences exist: no region takes over before the other one's lease has ended. Only the region that has
 * it can end it early.
 */
export const leaseEnded: InvariantFactory = (evidence, broken) => {
  const table = authorityTableName(evidence.plan);
  let last: AuthorityState | undefined = evidence.authority();
  return {
    rule: 5,
    onCall(entry) {
      if (entry.service !== 'dynamodb' || !isWriteTo(entry.input, table)) return;
      const now = evidence.authority();
      if (last !== undefined && isShortened(last, now) && !entry.caller.includes(`@${last.activeRegion}`)) {
        broken(`${entry.caller} ended the lease of ${last.activeRegion} early`);
      }
      if (last !== undefined && now !== undefined && now.activeRegion !== last.activeRegion) {
        const earlySeconds = (last.leaseExpiresAtMs - evidence.nowMs()) / 1000;
        if (earlySeconds > 0)
          broken(
            `${now.activeRegion} took over ${earlySeconds.toFixed(1)} s before ${last.activeRegion}'s lease ended`,
          );
      }
      last = now ?? last;
    },
  };
};

function isShortened(before: AuthorityState, now: AuthorityState | undefined): boolean {
  return now?.epoch === before.epoch && now.leaseExpiresAtMs < before.leaseExpiresAtMs;
}
