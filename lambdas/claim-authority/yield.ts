import { type AuthorityRecord, leaseClockSkewMs, yieldRequestAt } from '../../lib/authority/authority-record.ts';
import { assessQuorum } from '../../lib/detection/quorum.ts';
import type { InputOf } from '../shared/contract.ts';
import type { Dependencies } from './claim-authority.ts';
import type { contract } from './contract.ts';

/**
 * A region that is ill and alive renews its lease for ever. It is asked to give it up while enough vantages say that it
 * is ill, or because a person decided this failover; a region that has come back meanwhile is left alone.
 */
export async function askToYield(
  record: AuthorityRecord,
  input: InputOf<typeof contract>,
  dependencies: Dependencies,
): Promise<'asked' | 'left-alone'> {
  const { runtime, plan, authority, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch } = input;
  const nowMs = runtime.nowMs();
  const known = yieldRequestAt(record, nowMs);
  if (known?.requestedBy === executionArn) return 'asked';
  const because = await reasonToAsk(record.activeRegion, input, dependencies);
  if (because === undefined) return 'left-alone';
  // Long enough for the lease to run out where the holder can't answer any more.
  const untilMs = claimableFromMsAfter(nowMs, plan.authority.leaseSeconds);
  const request = { requestedBy: executionArn, incidentId, untilMs };
  const asked = await authority.requestYield({ region: runtime.region, observedEpoch, request }, signal);
  if (asked.outcome !== 'done') return 'left-alone';
  const detail = { fromRegion: record.activeRegion, until: new Date(untilMs).toISOString(), because };
  const subject = detail.until;
  await journal.append({ incidentId, kind: 'yield-requested', executionArn, subject, detail }, signal);
  return 'asked';
}

async function reasonToAsk(
  holder: string,
  { trigger, approvers }: InputOf<typeof contract>,
  { plan, runtime, signals, signal }: Dependencies,
): Promise<'people' | 'quorum' | undefined> {
  if (trigger !== 'automatic' || approvers.length > 0) return 'people';
  const heard = await signals(holder).list(signal);
  const verdict = assessQuorum(heard.signals, plan.detection, runtime.nowMs());
  return verdict.met ? 'quorum' : undefined;
}

/** The tries that follow come a second apart, and the last of them must find the request still holding. */
const marginMs = 10_000;

function claimableFromMsAfter(nowMs: number, leaseSeconds: number): number {
  return nowMs + leaseSeconds * 1000 + leaseClockSkewMs + marginMs;
}
