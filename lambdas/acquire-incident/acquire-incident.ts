import type { AuthorityReader } from '../../lib/authority/authority.ts';
import { type AuthorityRecord, blockedUntil } from '../../lib/authority/authority-record.ts';
import type { IncidentLock } from '../../lib/authority/incident-lock.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { AuthorityMissingError } from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface AcquireIncidentDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: AuthorityReader;
  readonly lock: Pick<IncidentLock, 'acquire' | 'takeOver'>;
  readonly journal: Pick<Journal, 'append'>;
}

type Input = InputOf<typeof contract>;
type Output = OutputOf<typeof contract>;
type Dependencies = AcquireIncidentDependencies & Invocation;

export async function acquireIncident(input: Input, dependencies: Dependencies): Promise<Output> {
  const { authority, journal, signal } = dependencies;
  const { executionArn, incidentId, observedEpoch, trigger } = input;
  const record = await authority.read(signal);
  if (record === undefined) {
    throw new AuthorityMissingError('there is no authority record: the active region has never renewed its lease');
  }
  const output = refusalOf(input, record, dependencies) ?? (await tryLock(input, dependencies));
  await journal.append(
    output.outcome === 'acquired'
      ? { incidentId, kind: 'lock-acquired', executionArn, detail: { observedEpoch, trigger } }
      : { incidentId, kind: 'lock-refused', executionArn, detail: { outcome: output.outcome, reason: output.reason } },
    signal,
  );
  return output;
}

function refusalOf(input: Input, record: AuthorityRecord, dependencies: Dependencies): Refusal | undefined {
  const { plan, runtime } = dependencies;
  // After its own claim the epoch has moved for the execution too; it goes on with what it has.
  const ours = record.claimedBy === input.executionArn && record.epoch === input.observedEpoch + 1;
  if (record.epoch !== input.observedEpoch && !ours) {
    return {
      outcome: 'superseded',
      reason: `the epoch was ${input.observedEpoch} when this was asked for and is ${record.epoch} now`,
    };
  }
  const isTakenOver = input.trigger === 'takeover' && record.phase === 'claimed';
  if (record.activeRegion === runtime.region && !ours && !isTakenOver) {
    return { outcome: 'superseded', reason: `${runtime.region} is the active region already` };
  }
  const until = blockedUntil(record, plan.detection.blockSeconds, runtime.nowMs());
  if (until !== undefined && input.trigger === 'automatic' && !ours) {
    return { outcome: 'blocked', reason: `the last failover was at ${record.lastFailoverAt}; blocked until ${until}` };
  }
  return undefined;
}

async function tryLock(input: Input, { lock, runtime, signal }: Dependencies): Promise<Output | Refusal> {
  const { executionArn, incidentId, trigger } = input;
  const asker = { executionArn, incidentId, nowMs: runtime.nowMs() };
  const result = await (trigger === 'takeover' ? lock.takeOver(asker, signal) : lock.acquire(asker, signal));
  if (result.acquired) return { outcome: 'acquired', reason: 'this execution has the lock' };
  const holder = result.holder?.executionArn ?? 'an execution that has ended since';
  return { outcome: 'already-running', reason: `the lock is with ${holder}` };
}

type Refusal = Output & { readonly outcome: 'already-running' | 'blocked' | 'superseded' };
