import type { Authority } from '../../lib/authority/authority.ts';
import { type AuthorityRecord, claimableFromMs } from '../../lib/authority/authority-record.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import {
  AuthorityMissingError,
  IncidentAbortedError,
  LeaseHeldError,
  LockLostError,
  StaleEpochError,
} from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface ClaimAuthorityDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'read' | 'claim'>;
  readonly lock: Pick<IncidentLock, 'commit' | 'uncommit'>;
  readonly journal: Pick<Journal, 'append'>;
}

type Dependencies = ClaimAuthorityDependencies & Invocation;

/** The point of no return: until `passPointOfNoReturn` an abort is heard, afterwards the epoch is claimed. */
export async function claimAuthority(
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, authority, lock, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch } = input;
  const { region } = runtime;
  const { leaseSeconds } = plan.authority;
  await passPointOfNoReturn(input, dependencies);
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
      // Renewed in the last instant: it may be waited for, and the wait may be aborted.
      await lock.uncommit(executionArn, signal);
      throw leaseHeld(claim.record);
    case 'claimed': {
      const { epoch, claimedAt } = claim.record;
      const detail = { epoch, region, fromRegion: peerRegion(plan, region) };
      await journal.append({ incidentId, kind: 'authority-claimed', executionArn, detail }, signal);
      return { epoch, claimedAt };
    }
  }
}

/** Not before the lease is over: waiting for it is no reason to refuse an abort. */
async function passPointOfNoReturn(
  { executionArn, observedEpoch }: InputOf<typeof contract>,
  { runtime, authority, lock, signal }: Dependencies,
): Promise<void> {
  const record = await authority.read(signal);
  // Under another epoch there is nothing to commit to: it is claimed already, or the claim says by whom.
  if (record?.epoch !== observedEpoch) return;
  // A takeover's own region renews all the time; its lease keeps out others only.
  const isOthers = record.activeRegion !== runtime.region;
  if (isOthers && claimableFromMs(record) > runtime.nowMs()) throw leaseHeld(record);
  const commit = await lock.commit(executionArn, runtime.nowMs(), signal);
  if (commit.outcome === 'aborted') throw new IncidentAbortedError(`${commit.by} asked for the end of this failover`);
  if (commit.outcome === 'lost') throw new LockLostError('the incident lock is no longer with this execution');
}

function leaseHeld(record: AuthorityRecord): LeaseHeldError {
  const from = new Date(claimableFromMs(record)).toISOString();
  return new LeaseHeldError(`${record.activeRegion} holds its lease; a claim can succeed from ${from}`);
}
