import type { ExecutionRecord, RecoveryRecord } from '../../lib/evidence/journal-details.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Notice, noticeTraits, utc } from '../shared/notice.ts';
import { noticeLinks } from '../shared/notice-links.ts';
import { dataLines } from './data-lines.ts';

export interface ClosingPageFacts {
  readonly plan: Plan;
  /** The region that was being activated. */
  readonly region: string;
  /** What this closing says; the record keeps the first outcome that was written. */
  readonly outcome: ExecutionRecord['outcome'];
  readonly record: ExecutionRecord;
  readonly cause: string | undefined;
}

type Wording = Pick<Notice, 'verdict' | 'next' | 'action'>;

const wordings: Readonly<Record<ExecutionRecord['outcome'], (region: string, from: string) => Wording>> = {
  recovered: (region, from) => ({
    verdict: `The estate is served from ${region}.`,
    next: `nothing by itself: ${region} stays the active region, and nothing goes back to ${from} without a person.`,
    action: null,
  }),
  held: (region) => ({
    verdict: `The failover to ${region} stopped and needs a person. Nothing is tried again by itself.`,
    next: 'nothing, until somebody starts the failover again.',
    action: 'read the error below, mend it as the runbook says, then start the failover again by hand.',
  }),
  aborted: (region, from) => ({
    verdict: `The failover to ${region} was aborted.`,
    next: 'nothing, until somebody starts the failover again.',
    action: `see which region serves clients. If ${from} is really down, start the failover again by hand.`,
  }),
};

export function closingPage({ plan, region, outcome, record, cause }: ClosingPageFacts): Notice {
  const { estate } = plan;
  const { incidentId, executionArn } = record;
  const rows = [{ ...record.platform, name: 'platform' }, ...record.applications];
  const missed = rows.filter(({ met }) => !met);
  const facts = [
    `Ran: ${utc(record.startedAt)} to ${utc(record.closedAt)}`,
    record.epoch === undefined
      ? 'Authority: not claimed, the other region is still the active one'
      : `Authority: ${region} claimed epoch ${record.epoch}`,
    ...(outcome === 'recovered' || record.error === undefined ? [] : [`Error: ${record.error}`]),
    ...(outcome === 'recovered' || cause === undefined ? [] : [`Cause: ${readable(cause)}`]),
    ...dataLines(record.stores ?? []),
    `Targets met: ${rows.length - missed.length} of ${rows.length} (the platform and each application)`,
    // What was missed is read first.
    ...[...missed, ...rows.filter(({ met }) => met)].map((row) => line(row.name, row)),
  ];
  return {
    kind: outcome,
    severity: noticeTraits[outcome].severity,
    estate,
    region,
    incidentId,
    at: record.closedAt,
    since: record.disasterAt,
    subject: `Lifeboat ${estate}: failover to ${region} ${outcome}${missedText(missed.length)}`,
    ...wordings[outcome](region, peerRegion(plan, region)),
    facts,
    links: noticeLinks(plan, { kind: outcome, region, incidentId, executionArn }),
    detail: { record },
  };
}

function missedText(missed: number): string {
  if (missed === 0) return '';
  return missed === 1 ? ', 1 target missed' : `, ${missed} targets missed`;
}

/** The cause of a failed function is JSON with a stack trace; a person reads the message. */
function readable(cause: string): string {
  return /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1]?.replaceAll('\\"', '"') ?? cause;
}

function line(name: string, { rtoSeconds, rtoTargetSeconds, rpoSeconds, met, reason, remedy }: RecoveryRecord): string {
  const rto = rtoSeconds === null ? '-' : tenths(rtoSeconds);
  const rpo = rpoSeconds === null ? 'unknown' : `${tenths(rpoSeconds)} s`;
  const reached = `RTO ${rto} of ${rtoTargetSeconds} s, RPO ${rpo}`;
  return met ? `${name}: met (${reached})` : `${name}: NOT met (${reached}): ${reason}. Remedy: ${remedy}`;
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
