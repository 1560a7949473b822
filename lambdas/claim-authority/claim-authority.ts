import type { Authority } from '../../lib/authority/authority.ts';
import { type AuthorityRecord, claimableFromMs } from '../../lib/authority/authority-record.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { SignalStore } from '../../lib/detection/signal-store.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import {
  AuthorityMissingError,
  IncidentAbortedError,
  LeaseRenewedError,
  LockLostError,
  StaleEpochError,
} from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';
import { askToYield } from './yield.ts';

export interface ClaimAuthorityDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'read' | 'claim' | 'requestYield' | 'withdrawYield'>;
  /** Signals of a region. */
  signals(region: string): Pick<SignalStore, 'list'>;
  readonly lock: Pick<IncidentLock, 'commit' | 'uncommit' | 'holder'>;
  readonly journal: Pick<Journal, 'append'>;
}

export type Dependencies = ClaimAuthorityDependencies & Invocation;
type Output = OutputOf<typeof contract>;

/** How long past the end of the lease as it was assessed a region that came back is watched before the failover is held. */
const patienceMs = 60_000;

/** The point of no return: until `passPointOfNoReturn` an abort is heard, afterwards the epoch is claimed. */
export async function claimAuthority(input: InputOf<typeof contract>, dependencies: Dependencies): Promise<Output> {
  const { plan, runtime, authority, lock, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch } = input;
  const { region } = runtime;
  const { leaseSeconds } = plan.authority;
  const waits = await passPointOfNoReturn(input, dependencies);
  if (waits !== undefined) return waits;
  const claim = await authority.claim(
    { region, observedEpoch, executionArn, incidentId, nowMs: runtime.nowMs(), leaseSeconds },
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
      return leaseHeld(claim.record, input, dependencies);
    case 'claimed': {
      const { epoch, claimedAt } = claim.record;
      const detail = { epoch, region, fromRegion: peerRegion(plan, region) };
      await journal.append({ incidentId, kind: 'authority-claimed', executionArn, detail }, signal);
      return { outcome: 'claimed', epoch, claimedAt };
    }
  }
}

/**
 * Not before the lease is over: waiting for it is no reason to refuse an abort. Gives the answer of who has to wait, and
 * undefined to who may claim.
 */
async function passPointOfNoReturn(
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<Output | undefined> {
  const { executionArn, observedEpoch } = input;
  const { runtime, authority, lock, signal } = dependencies;
  const record = await authority.read(signal);
  // Under another epoch there is nothing to commit to: it is claimed already, or the claim says by whom.
  if (record?.epoch !== observedEpoch) return undefined;
  // A takeover's own region renews all the time; its lease keeps out others only.
  const isOthers = record.activeRegion !== runtime.region;
  if (isOthers && claimableFromMs(record) > runtime.nowMs()) {
    await refuseIfAborted(input, dependencies);
    return leaseHeld(record, input, dependencies);
  }
  const commit = await lock.commit(executionArn, runtime.nowMs(), signal);
  if (commit.outcome === 'aborted') throw await aborted(commit.by, input, dependencies);
  if (commit.outcome === 'lost') throw new LockLostError('the incident lock is no longer with this execution');
  return undefined;
}

/** Who waits for a lease hears an abort at once, and asks nobody to yield for a failover that won't be. */
async function refuseIfAborted(input: InputOf<typeof contract>, dependencies: Dependencies): Promise<void> {
  const holder = await dependencies.lock.holder(dependencies.signal);
  if (holder?.executionArn === input.executionArn && holder.abortRequestedBy !== undefined) {
    throw await aborted(holder.abortRequestedBy, input, dependencies);
  }
}

async function aborted(
  by: string,
  { observedEpoch, executionArn }: InputOf<typeof contract>,
  { authority, signal }: Dependencies,
): Promise<IncidentAbortedError> {
  await authority.withdrawYield({ observedEpoch, executionArn }, signal);
  return new IncidentAbortedError(`${by} asked for the end of this failover`);
}

async function leaseHeld(
  record: AuthorityRecord,
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<Output> {
  const isAsked = (await askToYield(record, input, dependencies)) === 'asked';
  if (!isAsked && dependencies.runtime.nowMs() > Date.parse(input.leaseExpiresAt) + patienceMs) {
    throw new LeaseRenewedError(
      `${record.activeRegion} goes on renewing its lease, and nobody says now that it is ill`,
    );
  }
  const from = new Date(claimableFromMs(record)).toISOString();
  const state = isAsked ? 'is asked for its lease' : 'holds its lease';
  return { outcome: 'lease-held', reason: `${record.activeRegion} ${state}; a claim can succeed from ${from}` };
}
