import type { Authority } from '../../lib/authority/authority.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { AuthorityMissingError, StaleEpochError } from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface ShiftTrafficDependencies {
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'serve'>;
  readonly journal: Pick<Journal, 'append'>;
}

export async function shiftTraffic(
  input: InputOf<typeof contract>,
  dependencies: ShiftTrafficDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { runtime, authority, journal, signal } = dependencies;
  const { executionArn, incidentId, epoch } = input;
  const { region } = runtime;
  const nowMs = runtime.nowMs();
  const served = await authority.serve({ region, epoch, nowMs }, signal);
  if (served.outcome === 'missing') throw new AuthorityMissingError('the authority record is gone');
  if (served.outcome === 'stale') {
    throw new StaleEpochError(
      `the epoch is ${served.record.epoch} (${served.record.activeRegion}), this execution acts under ${epoch}`,
    );
  }
  await journal.append({ incidentId, kind: 'traffic-shifted', executionArn, detail: { epoch, region } }, signal);
  return { shiftedAt: served.record.servingSince ?? new Date(nowMs).toISOString() };
}
