import type { AuthorityRecord } from '../../lib/authority/authority-record.ts';
import type { JournalEntry } from '../../lib/evidence/journal.ts';
import type { AssessedStore, JournalDetails, JournalKind } from '../../lib/evidence/journal-details.ts';
import type { Application, Plan } from '../../lib/plan/plan.ts';
import { healthFact } from '../shared/health-fact.ts';

export interface KnownFacts {
  readonly plan: Plan;
  readonly record: AuthorityRecord | undefined;
  /** The incident's journal. */
  readonly entries: readonly JournalEntry[];
  readonly executionArn: string;
  readonly reasons: readonly string[];
  /** `none` where asking for nodes did not fail. */
  readonly nodeScalingError: string;
}

/** What an approver has to know, one sentence each: why asked, signals, lease, capacity, what will be lost. */
export function approvalFacts(known: KnownFacts): string[] {
  const own = known.entries.filter((entry) => entry.executionArn === known.executionArn);
  const assessed = last(own, 'estate-assessed')?.detail;
  return [
    ...known.reasons.map((reason) => `Asked because: ${reason}`),
    signalsFact(known.entries),
    ...healthFacts(known.entries),
    leaseFact(known.record),
    ...capacityFacts(own, known.nodeScalingError),
    ...(assessed === undefined ? [] : [`Platform: the picture of it is ${round(assessed.captureAgeSeconds)} s old`]),
    ...known.plan.applications.flatMap((application) => lossFacts(application, assessed)),
  ];
}

function signalsFact(entries: readonly JournalEntry[]): string {
  const confirmed = last(entries, 'incident-confirmed')?.detail;
  const opened = last(entries, 'incident-opened')?.detail;
  if (confirmed !== undefined) {
    return `Signals: ${confirmed.signals.join(', ')} unhealthy since ${confirmed.heldSince} (quorum ${confirmed.quorum})`;
  }
  return opened === undefined
    ? 'Signals: none, a person started it'
    : `Signals: ${opened.signals.join(', ')} unhealthy since ${opened.openedAt}, no quorum`;
}

/** The last that AWS Health said of each of its events. */
function healthFacts(entries: readonly JournalEntry[]): string[] {
  const last = new Map<string, JournalDetails['aws-health-noted']>();
  for (const { kind, detail } of entries) if (kind === 'aws-health-noted') last.set(detail.eventArn, detail);
  return [...last.values()].map(healthFact);
}

function leaseFact(record: AuthorityRecord | undefined): string {
  if (record === undefined) return 'Lease: there is no authority record';
  const until = new Date(record.leaseExpiresAt).toISOString();
  return `Lease: ${record.activeRegion} may act until ${until} (epoch ${record.epoch})`;
}

function capacityFacts(own: readonly JournalEntry[], nodeScalingError: string): string[] {
  if (nodeScalingError !== 'none') return [`Capacity: asking for nodes failed: ${nodeScalingError}`];
  const scaling = last(own, 'nodes-scaling-started')?.detail;
  if (scaling === undefined) return ['Capacity: nodes come when pods are pending'];
  if (scaling.nodeGroups.length === 0) return ['Capacity: every node group has the nodes that are needed'];
  return scaling.nodeGroups.map(({ cluster, nodeGroup, fromSize, toSize }) =>
    fromSize >= toSize
      ? `Capacity: ${cluster}/${nodeGroup} is set to the ${toSize} nodes needed`
      : `Capacity: ${cluster}/${nodeGroup} had ${fromSize} of the ${toSize} nodes needed; they are being added`,
  );
}

function lossFacts(application: Application, assessed: JournalDetails['estate-assessed'] | undefined): string[] {
  const { name, rpoSeconds } = application;
  const lost = assessed?.unrecoverable.find((one) => one.application === name);
  if (lost !== undefined) return [`${name}: will NOT come back: ${lost.reason}`];
  if (application.dataStores.length === 0) return [`${name}: has no data to lose`];
  return application.dataStores.map((dataStore) => {
    const { name: store } = dataStore;
    const standing = assessed?.stores.find((one) => one.application === name && one.store === store);
    if (standing !== undefined) return standingFact(standing, rpoSeconds);
    const replication = 'replication' in dataStore ? dataStore.replication : undefined;
    return replication === undefined
      ? `${name}: what ${store} would lose is unknown, RPO ${rpoSeconds} s`
      : `${name}: ${store} may lose up to ${replication.lagSeconds} s by plan (not measured), RPO ${rpoSeconds} s`;
  });
}

function standingFact(standing: AssessedStore, rpoSeconds: number): string {
  const { application, store, lagSeconds, lossBudgetSeconds, fence } = standing;
  const loss = lagSeconds === null ? 'an unknown amount of data' : `${round(lagSeconds)} s of data`;
  const fenced = fence === 'unproved' ? ', and nothing proves that the old region can no longer write' : '';
  return `${application}: ${store} would lose ${loss} now, budget ${lossBudgetSeconds} s, RPO ${rpoSeconds} s${fenced}`;
}

type Entry<Kind extends JournalKind> = Extract<JournalEntry, { kind: Kind }>;

function last<Kind extends JournalKind>(entries: readonly JournalEntry[], kind: Kind): Entry<Kind> | undefined {
  return entries.findLast((entry): entry is Entry<Kind> => entry.kind === kind);
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
