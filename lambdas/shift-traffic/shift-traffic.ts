import type { Authority } from '../../lib/authority/authority.ts';
import type { AuthorityRecord } from '../../lib/authority/authority-record.ts';
import type { Journal } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { routingControlStates, type ZoneNames, zonesToChange } from '../../lib/plan/traffic.ts';
import { type ClusterEndpoint, inOrderOfTrust, switchRoutingControls } from '../../lib/traffic/routing-controls.ts';
import { executionNameOf } from '../../lib/traffic/zone-epoch.ts';
import type { ZoneRecords } from '../../lib/traffic/zone-records.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { AuthorityMissingError, StaleEpochError, TerminalError, TrafficRefusedError } from '../shared/errors.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface ShiftTrafficDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'serve' | 'read'>;
  readonly zones: Pick<ZoneRecords, 'move'>;
  readonly endpoints: readonly ClusterEndpoint[];
  readonly journal: Pick<Journal, 'append'>;
}

type Input = InputOf<typeof contract>;
type Dependencies = ShiftTrafficDependencies & Invocation;

/**
 * Every mode at once: what one of them waits for doesn't keep the names of the others. The conditional write on the
 * authority comes first, so that an execution whose epoch is over touches neither zone nor routing control.
 */
export async function shiftTraffic(input: Input, dependencies: Dependencies): Promise<OutputOf<typeof contract>> {
  const { plan, runtime, journal, signal } = dependencies;
  const { executionArn, incidentId, epoch } = input;
  const { region } = runtime;
  const nowMs = runtime.nowMs();
  const record = await serve(input, dependencies, nowMs);
  const moves = [
    ...zonesToChange(plan, region).map((zone) => moveZone(zone, input, dependencies)),
    moveControls(input, dependencies),
  ];
  const failures = (await Promise.allSettled(moves)).flatMap((move) => (move.status === 'rejected' ? [move] : []));
  // What can't be mended by trying again decides, whatever else failed.
  const terminal = failures.find(({ reason }) => reason instanceof TerminalError) ?? failures[0];
  if (terminal !== undefined) throw terminal.reason;
  await journal.append({ incidentId, kind: 'traffic-shifted', executionArn, detail: { epoch, region } }, signal);
  return { shiftedAt: record.servingSince ?? new Date(nowMs).toISOString() };
}

/** Turns the decision endpoints, and with them the names in mode `health-state`. */
async function serve({ epoch }: Input, dependencies: Dependencies, nowMs: number): Promise<AuthorityRecord> {
  const { runtime, authority, signal } = dependencies;
  const served = await authority.serve({ region: runtime.region, epoch, nowMs }, signal);
  if (served.outcome === 'missing') throw new AuthorityMissingError('the authority record is gone');
  if (served.outcome === 'stale') throw staleError(served.record, epoch);
  return served.record;
}

async function moveZone(zone: ZoneNames, { executionArn, epoch }: Input, { zones, signal }: Dependencies) {
  const moved = await zones.move(zone, { epoch, execution: executionNameOf(executionArn) }, signal);
  if (moved.outcome === 'stale') {
    throw new StaleEpochError(
      `zone ${zone.zone} is under epoch ${moved.held.epoch} of ${moved.held.execution}, this execution acts under ${epoch}`,
    );
  }
  if (moved.outcome === 'refused') {
    throw new TrafficRefusedError(`Route 53 refuses to change the records of ${zone.zone}: ${moved.reason}`);
  }
}

async function moveControls({ epoch }: Input, { plan, runtime, authority, endpoints, signal }: Dependencies) {
  const states = routingControlStates(plan, runtime.region);
  if (states.size === 0) return;
  const regions = { own: runtime.region, peer: peerRegion(plan, runtime.region) };
  const guard = async () => {
    const record = await authority.read(signal);
    if (record === undefined) throw new AuthorityMissingError('the authority record is gone');
    if (record.epoch !== epoch || record.activeRegion !== runtime.region) throw staleError(record, epoch);
  };
  const switched = await switchRoutingControls(inOrderOfTrust(endpoints, regions), states, guard, signal);
  if (switched.outcome === 'conflict') {
    throw new TrafficRefusedError(`ARC refuses to switch the routing controls: ${switched.reason}`);
  }
}

function staleError({ epoch, activeRegion }: AuthorityRecord, own: number): StaleEpochError {
  return new StaleEpochError(`the epoch is ${epoch} (${activeRegion}), this execution acts under ${own}`);
}
