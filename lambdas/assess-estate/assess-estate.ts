import type { Authority } from '../../lib/authority/authority.ts';
import { claimableFromMs } from '../../lib/authority/authority-record.ts';
import type { CaptureStore } from '../../lib/cluster/capture-store.ts';
import { platformName } from '../../lib/cluster/scope.ts';
import type { DriverOf } from '../../lib/data/promoted-stores.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { unrecoverable as unrecoverableApplications } from '../../lib/plan/recoverability.ts';
import { waves as plannedWaves } from '../../lib/plan/waves.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { AuthorityMissingError, CaptureMissingError, StaleEpochError } from '../shared/errors.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { approvalNeeded } from './approval-needed.ts';
import { assessStores } from './assess-stores.ts';
import type { contract } from './contract.ts';

export interface AssessEstateDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly nowMs: () => number;
  readonly authority: Pick<Authority, 'read'>;
  readonly captures: CaptureStore;
  readonly drivers: DriverOf;
  readonly journal: Pick<Journal, 'append' | 'read'>;
}

/** What this failover will do, and from how old a picture of the active region. */
export async function assessEstate(
  input: InputOf<typeof contract>,
  dependencies: AssessEstateDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { plan, region, nowMs } = dependencies;
  const record = await dependencies.authority.read();
  if (record === undefined)
    throw new AuthorityMissingError('there is no authority record: no region has ever been active');
  if (record.epoch !== input.observedEpoch) {
    throw new StaleEpochError(`the epoch is ${record.epoch}, this execution was started under ${input.observedEpoch}`);
  }
  const unrecoverable = unrecoverableApplications(plan);
  const left = new Set(unrecoverable.map(({ application }) => application));
  const waves = [
    [platformName],
    ...plannedWaves(plan).map((wave) => wave.map(({ name }) => name).filter((name) => !left.has(name))),
  ]
    .map((applications, number) => ({ number, applications }))
    .filter(({ applications }) => applications.length > 0);
  const oldestMs = await oldestCapture(
    waves.flatMap(({ applications }) => applications),
    dependencies.captures,
  );
  const captureAgeSeconds = (nowMs() - oldestMs) / 1000;
  const output = {
    epoch: record.epoch,
    fromRegion: peerRegion(plan, region),
    toRegion: region,
    leaseExpiresAt: new Date(record.activeRegion === region ? nowMs() : claimableFromMs(record)).toISOString(),
    captureAgeSeconds,
    waves,
    stores: await assessStores(input.incidentId, dependencies),
    unrecoverable: [...unrecoverable],
  };
  await dependencies.journal.append({
    incidentId: input.incidentId,
    kind: 'estate-assessed',
    executionArn: input.executionArn,
    detail: output,
  });
  const { reasons, ...approval } = approvalNeeded(plan, output.stores);
  return { ...output, approval: { ...approval, reasons: [...reasons] } };
}

async function oldestCapture(names: readonly string[], captures: CaptureStore): Promise<number> {
  const summaries = await Promise.all(names.map((name) => captures.summary(name)));
  const missing = names.filter((_, index) => summaries[index] === undefined);
  if (missing.length > 0) {
    throw new CaptureMissingError(
      `nothing is known of how much of ${missing.join(', ')} runs in the active region: its capture has never arrived here`,
    );
  }
  return Math.min(...summaries.map((summary) => summary?.capturedAtMs ?? Number.POSITIVE_INFINITY));
}
