import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { IncidentLock, type IncidentLockItem } from '../authority/incident-lock.ts';
import { type ClosedIngress, ClosedIngressStore } from '../cluster/closed-ingress-store.ts';
import { type PrewarmRecord, PrewarmStore } from '../cluster/prewarm-store.ts';
import { type IncidentRecord, IncidentStore } from '../detection/incident-store.ts';
import { assessQuorum, type QuorumVerdict } from '../detection/quorum.ts';
import { type SignalRecord, SignalStore } from '../detection/signal-store.ts';
import { Journal } from '../evidence/journal.ts';
import type { ExecutionRecord } from '../evidence/journal-details.ts';
import { coordinationTableName, journalTableName, peerRegion } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { readTable } from './table-reading.ts';

/** What one region knows: of the other one's health, and of its own failovers. Times are ISO 8601 UTC. */
export interface RegionStatus {
  readonly region: string;
  /** The region that signals and incident are about. */
  readonly observes: string;
  readonly signals: readonly SignalRecord[];
  readonly quorum: Pick<QuorumVerdict, 'met' | 'heldSeconds' | 'vantages' | 'missing'>;
  /** The last one; absent: there has been none. */
  readonly incident?: IncidentRecord;
  /** The failover that runs here; absent: none does. */
  readonly failover?: IncidentLockItem;
  /** Pre-warming that isn't taken back. */
  readonly prewarms: readonly Pick<PrewarmRecord, 'incidentId' | 'startedAt'>[];
  /** There while the ingress of this region is closed. */
  readonly closedIngress?: Pick<ClosedIngress, 'closedAt'>;
  /** Of the incidents that are known here the execution that was closed last. */
  readonly lastRecord?: LastRecord;
}

/** A region that could not be asked. */
export interface SilentRegion {
  readonly region: string;
  readonly unreadable: string;
}

export interface LastRecord
  extends Pick<
    ExecutionRecord,
    'executionArn' | 'incidentId' | 'outcome' | 'epoch' | 'startedAt' | 'closedAt' | 'error'
  > {
  /** Applications (and the platform) that missed their targets. */
  readonly missed: readonly string[];
}

export interface RegionQuestion {
  readonly plan: Plan;
  readonly region: string;
  readonly client: DynamoDBDocumentClient;
  readonly nowMs: number;
  /** The incident under which the present epoch was claimed. */
  readonly claimedFor: string | undefined;
}

/** Asks the tables of one region. Throws TableUnreadableError. */
export async function regionStatus(question: RegionQuestion): Promise<RegionStatus> {
  const { plan, region, client, nowMs } = question;
  const observes = peerRegion(plan, region);
  const name = coordinationTableName(plan);
  const onCoordination = { client, tableName: name };
  const [{ signals }, incident, holder, prewarms, closedIngress] = await readTable(
    { plan, region, name },
    Promise.all([
      new SignalStore({ ...onCoordination, ...plan.detection, region: observes }).list(),
      new IncidentStore({ ...onCoordination, estate: plan.estate, region: observes }).current(),
      new IncidentLock(onCoordination).holder(),
      new PrewarmStore(onCoordination).list(),
      new ClosedIngressStore(onCoordination).read(),
    ]),
  );
  const { met, heldSeconds, vantages, missing } = assessQuorum(signals, plan.detection, nowMs);
  // A lock that has run out is anybody's: whoever had it runs no more.
  const failover = holder !== undefined && holder.expiresAtMs >= nowMs ? holder : undefined;
  const incidentIds = [incident?.incidentId, holder?.incidentId, question.claimedFor];
  return {
    region,
    observes,
    signals: signals.map(signalOf),
    quorum: { met, heldSeconds, vantages, missing },
    incident: incident && incidentOf(incident),
    failover: failover && failoverOf(failover),
    prewarms: prewarms.map(({ incidentId, startedAt }) => ({ incidentId, startedAt })),
    closedIngress: closedIngress && { closedAt: closedIngress.closedAt },
    lastRecord: await lastRecord(question, new Set(incidentIds.filter((id) => id !== undefined))),
  };
}

// Items hold more than people are shown: keys of the table, counters, sightings.

function signalOf({ signal, state, since, lastObservedAt, reason }: SignalRecord): SignalRecord {
  return { signal, state, since, lastObservedAt, reason };
}

function incidentOf({ incidentId, phase, openedAt, closedAt, closedAs }: IncidentRecord): IncidentRecord {
  return { incidentId, phase, openedAt, closedAt, closedAs };
}

function failoverOf(holder: IncidentLockItem): IncidentLockItem {
  const { executionArn, incidentId, acquiredAt, expiresAtMs, abortRequestedBy, committedAt } = holder;
  return { executionArn, incidentId, acquiredAt, expiresAtMs, abortRequestedBy, committedAt };
}

async function lastRecord(
  { plan, region, client, nowMs }: RegionQuestion,
  incidentIds: ReadonlySet<string>,
): Promise<LastRecord | undefined> {
  const name = journalTableName(plan);
  const journal = new Journal({ client, tableName: name, nowMs: () => nowMs });
  const entries = await readTable(
    { plan, region, name },
    Promise.all([...incidentIds].map((incidentId) => journal.read(incidentId))),
  );
  const records = entries.flat().flatMap((entry) => (entry.kind === 'execution-closed' ? [entry.detail] : []));
  const last = records.toSorted((a, b) => a.closedAt.localeCompare(b.closedAt)).at(-1);
  if (last === undefined) return undefined;
  const { executionArn, incidentId, outcome, epoch, startedAt, closedAt, error, platform, applications } = last;
  const missed = [{ name: 'platform', ...platform }, ...applications].filter(({ met }) => !met);
  return {
    executionArn,
    incidentId,
    outcome,
    epoch,
    startedAt,
    closedAt,
    error,
    missed: missed.map((one) => one.name),
  };
}
