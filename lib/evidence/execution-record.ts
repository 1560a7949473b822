import type { Application, Plan } from '../plan/plan.ts';
import type { JournalEntry } from './journal.ts';
import type { ExecutionRecord, JournalKind, RecoveryRecord, StoreRecord } from './journal-details.ts';

export interface ClosingFacts {
  readonly executionArn: string;
  readonly incidentId: string;
  readonly startedAt: string;
  readonly closedAt: string;
  readonly outcome: ExecutionRecord['outcome'];
  readonly epoch?: number;
  readonly error?: string;
  readonly cause?: string;
  readonly unrecoverable: readonly { readonly application: string; readonly reason: string; readonly remedy: string }[];
}

type Entry<Kind extends JournalKind> = Extract<JournalEntry, { kind: Kind }>;

/**
 * The record of one execution, from the incident's journal. RTO runs from the first signal (or the execution's start,
 * when a person started it without one) until the application's pods were ready and, where it has DNS names, until the
 * name servers were seen to point at it. RPO is what the plan's replication promises: a measurement needs the data.
 */
export function executionRecord(plan: Plan, journal: readonly JournalEntry[], facts: ClosingFacts): ExecutionRecord {
  const own = journal.filter(({ executionArn }) => executionArn === facts.executionArn);
  const opened = ofKind(journal, 'incident-opened')[0];
  const disasterAt = opened?.detail.openedAt ?? facts.startedAt;
  const parts: Parts = { facts, own, disasterAt };
  return {
    executionArn: facts.executionArn,
    incidentId: facts.incidentId,
    outcome: facts.outcome,
    // Whoever closes for an execution that was stopped isn't told what it had claimed; the journal is.
    epoch: facts.epoch ?? ofKind(own, 'authority-claimed')[0]?.detail.epoch,
    disasterAt,
    startedAt: facts.startedAt,
    closedAt: facts.closedAt,
    platform: platformRecord(plan, parts),
    applications: plan.applications.map((application) => ({
      name: application.name,
      ...applicationRecord(application, parts),
    })),
    stores: storeRecords(own),
    error: facts.error,
    cause: facts.cause,
  };
}

function storeRecords(own: readonly JournalEntry[]): readonly StoreRecord[] | undefined {
  const fenced = ofKind(own, 'stores-fenced')[0];
  const promoted = new Set(ofKind(own, 'data-promoted').map(({ detail }) => detail.application));
  return fenced?.detail.fences.map(({ application, store, fence, basis }) => ({
    application,
    store,
    fence,
    basis,
    promoted: promoted.has(application),
  }));
}

interface Parts {
  readonly facts: ClosingFacts;
  /** Entries of this execution. */
  readonly own: readonly JournalEntry[];
  readonly disasterAt: string;
}

function platformRecord(plan: Plan, parts: Parts): RecoveryRecord {
  const { rtoSeconds: rtoTargetSeconds, rpoSeconds: rpoTargetSeconds } = plan.platform;
  const assessed = ofKind(parts.own, 'estate-assessed')[0];
  // The capture's age when the disaster struck, not when it was looked at.
  const rpoSeconds =
    assessed === undefined
      ? null
      : wholeMs(Math.max(0, assessed.detail.captureAgeSeconds - secondsBetween(parts.disasterAt, assessed.at)));
  const readyAt = ofKind(parts.own, 'wave-ready').find(({ detail }) => detail.wave === 0)?.at;
  return judged(
    { rtoTargetSeconds, rpoTargetSeconds, rpoSeconds, rpoBasis: assessed === undefined ? 'unknown' : 'capture-age' },
    servedAt(parts, readyAt),
    parts,
    0,
  );
}

/** Pods that are ready serve nobody before their region is let serve: the last of these times, if all have come. */
function servedAt({ own }: Parts, ...times: readonly (string | undefined)[]): string | undefined {
  const needed = [...times, ofKind(own, 'traffic-shifted')[0]?.at];
  return needed.includes(undefined) ? undefined : needed.toSorted().at(-1);
}

function applicationRecord(application: Application, parts: Parts): RecoveryRecord {
  const { rtoSeconds: rtoTargetSeconds, rpoSeconds: rpoTargetSeconds, name } = application;
  const promise = { rtoTargetSeconds, rpoTargetSeconds, ...rpoOf(application, parts) };
  const lost = parts.facts.unrecoverable.find((entry) => entry.application === name);
  if (lost !== undefined) return { ...promise, rtoSeconds: null, met: false, reason: lost.reason, remedy: lost.remedy };
  const ready = ofKind(parts.own, 'application-ready').find(({ detail }) => detail.application === name);
  const verified = ofKind(parts.own, 'traffic-verified')[0];
  const recoveredAt = servedAt(parts, ready?.at, ...(application.dns.length > 0 ? [verified?.at] : []));
  const wave = ofKind(parts.own, 'estate-assessed')[0]?.detail.waves.find(({ applications }) =>
    applications.includes(name),
  )?.number;
  return judged(promise, recoveredAt, parts, wave);
}

/** Stores that were promoted have a lag that was measured; of the others the plan's replication promises one. */
function rpoOf(application: Application, { own }: Parts): Pick<RecoveryRecord, 'rpoSeconds' | 'rpoBasis'> {
  const { dataStores, name } = application;
  if (dataStores.length === 0) return { rpoSeconds: 0, rpoBasis: 'no-data' };
  const assessed = ofKind(own, 'estate-assessed')[0]?.detail.stores ?? [];
  const lags = dataStores.map((store) =>
    store.kind === 'aurora-global'
      ? assessed.find((one) => one.application === name && one.store === store.name)?.lagSeconds
      : store.replication?.lagSeconds,
  );
  const known = lags.filter((lag) => lag !== undefined && lag !== null);
  if (known.length < lags.length) return { rpoSeconds: null, rpoBasis: 'unknown' };
  const isPromised = dataStores.some(({ kind }) => kind !== 'aurora-global');
  return { rpoSeconds: Math.max(...known), rpoBasis: isPromised ? 'planned-replication-lag' : 'measured-lag' };
}

function judged(
  promise: Pick<RecoveryRecord, 'rtoTargetSeconds' | 'rpoTargetSeconds' | 'rpoSeconds' | 'rpoBasis'>,
  recoveredAt: string | undefined,
  parts: Parts,
  wave: number | undefined,
): RecoveryRecord {
  const { rtoTargetSeconds, rpoTargetSeconds, rpoSeconds } = promise;
  // Pods that are ready in a region which was never let serve have recovered nobody.
  if (recoveredAt === undefined || parts.facts.outcome !== 'recovered') {
    return { ...promise, rtoSeconds: null, met: false, ...notRecovered(parts, wave) };
  }
  const rtoSeconds = secondsBetween(parts.disasterAt, recoveredAt);
  const faults: { reason: string; remedy: string }[] = [];
  if (rtoSeconds > rtoTargetSeconds) {
    faults.push({
      reason: `recovered after ${rtoSeconds} s, the target is ${rtoTargetSeconds} s`,
      remedy: 'rehearse the plan and shorten the longest step of the critical path, or choose a warmer pattern',
    });
  }
  if (rpoSeconds === null || rpoSeconds > rpoTargetSeconds) {
    faults.push({
      reason:
        rpoSeconds === null
          ? 'its data loss is unknown'
          : `data may be ${rpoSeconds} s old, the target is ${rpoTargetSeconds} s`,
      remedy: 'replicate more often, or change the target',
    });
  }
  return {
    ...promise,
    rtoSeconds,
    met: faults.length === 0,
    reason: faults.map(({ reason }) => reason).join('; '),
    remedy: faults.map(({ remedy }) => remedy).join('; '),
  };
}

function notRecovered({ own, facts }: Parts, wave: number | undefined): { reason: string; remedy: string } {
  const short = ofKind(own, 'wave-short')[0];
  const short0 = short && (wave === undefined || short.detail.wave <= wave) ? short : undefined;
  const reason = short0
    ? `wave ${short0.detail.wave} did not become ready: ${short0.detail.reason}`
    : `the execution ended (${facts.outcome}${facts.error === undefined ? '' : `, ${facts.error}`}) before it was recovered`;
  return {
    reason,
    remedy: short0
      ? 'give the standby region room for the pods, then start the failover again'
      : 'mend the cause, then start the failover again',
  };
}

function ofKind<Kind extends JournalKind>(journal: readonly JournalEntry[], kind: Kind): Entry<Kind>[] {
  return journal.filter((entry): entry is Entry<Kind> => entry.kind === kind);
}

/** Seconds without the dust of floating point. */
function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Whole milliseconds apart, in seconds, never below 0. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
