import type { Authority } from '../../lib/authority/authority.ts';
import { claimableFromMs } from '../../lib/authority/authority-record.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { AuthorityMissingError, LeaseHeldError, StaleEpochError } from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface ClaimAuthorityDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'claim'>;
  readonly journal: Pick<Journal, 'append'>;
}

export async function claimAuthority(
  input: InputOf<typeof contract>,
  dependencies: ClaimAuthorityDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, authority, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch } = input;
  const { region } = runtime;
  const { leaseSeconds } = plan.authority;
  const claim = await authority.claim(
    { region, observedEpoch, executionArn, nowMs: runtime.nowMs(), leaseSeconds },
    signal,
  );
  switch (claim.outcome) {
    case 'missing':
      throw new AuthorityMissingError('there is no authority record: the active region has never renewed its lease');
    case 'stale':
      throw new StaleEpochError(
        `the epoch is ${claim.record.epoch} (${claim.record.activeRegion}), this execution acts on ${observedEpoch}`,
      );
    case 'lease-held':
      throw new LeaseHeldError(
        `${claim.record.activeRegion} holds its lease; a claim can succeed from ` +
          new Date(claimableFromMs(claim.record)).toISOString(),
      );
    case 'claimed': {
      const { epoch, claimedAt } = claim.record;
      const detail = { epoch, region, fromRegion: peerRegion(plan, region) };
      await journal.append({ incidentId, kind: 'authority-claimed', executionArn, detail }, signal);
      return { epoch, claimedAt };
    }
  }
}
