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

type Outcome = ExecutionRecord['outcome'];
type Wording = Pick<Notice, 'verdict' | 'next' | 'action'>;

interface Regions {
  /** The region that was being activated. */
  readonly region: string;
  readonly from: string;
  /** Did the execution claim the authority for it? */
  readonly isClaimed: boolean;
}

const wordings: Readonly<Record<Outcome, (regions: Regions) => Wording>> = {
  recovered: ({ region, from }) => ({
    verdict: `The estate is served from ${region}.`,
    next: `nothing by itself: ${region} stays the active region, and nothing goes back to ${from} without a person.`,
    action: null,
  }),
  held: ({ region, from, isClaimed }) => ({
    verdict: `The failover to ${region} stopped and needs a person. Nothing is tried again by itself.`,
    next: 'nothing, until somebody starts the failover again.',
    action: isClaimed
      ? `mend the error below as the runbook says, then take the failover over by hand: ${region} is the active region and may serve nobody until then.`
      : `mend the error below as the runbook says. If ${from} is really down, start the failover again by hand.`,
  }),
  aborted: ({ region, from, isClaimed }) => ({
    verdict: `The failover to ${region} was aborted.`,
    next: 'nothing, until somebody starts the failover again.',
    action: isClaimed
      ? `take the failover over by hand, at once: ${region} is the active region and may serve nobody until then.`
      : `see which region serves clients. If ${from} is really down, start the failover again by hand.`,
  }),
};

/** What an execution ends with when another one has the incident, or the epoch has moved on. */
const overtakingErrors: ReadonlySet<string> = new Set(['StaleEpochError', 'LockLostError']);

function overtakenWording(region: string): Wording {
  return {
    verdict: `A failover to ${region} stopped, because something has overtaken it.`,
    next: 'what has overtaken it goes on.',
    action: 'read the authority table, and see that what has overtaken this execution ends well.',
  };
}

export function closingPage({ plan, region, outcome, record, cause }: ClosingPageFacts): Notice {
  const { estate } = plan;
  const { incidentId, executionArn, epoch } = record;
  const rows = [{ ...record.platform, name: 'platform' }, ...record.applications];
  const missed = rows.filter(({ met }) => !met);
  const regions = { region, from: peerRegion(plan, region), isClaimed: epoch !== undefined };
  const wording = outcome === 'held' && isOvertaken(record) ? overtakenWording(region) : wordings[outcome](regions);
  const facts = [
    ...(outcome === 'recovered' ? [] : failureFacts(record, cause)),
    `Ran: ${utc(record.startedAt)} to ${utc(record.closedAt)}`,
    regions.isClaimed
      ? `Authority: ${region} claimed epoch ${epoch}`
      : 'Authority: no claim was recorded; the other region is still the active one, unless the authority table says otherwise',
    ...dataLines(record.stores ?? []),
    `Targets met: ${rows.length - missed.length} of ${rows.length} (the platform and each application)`,
    ...rowLines(rows),
  ];
  return {
    kind: outcome,
    severity: noticeTraits[outcome].severity,
    estate,
    region,
    incidentId,
    at: record.closedAt,
    since: record.disasterAt,
    subject: `Lifeboat ${estate}: failover to ${region} ${outcome}${outcome === 'recovered' ? missedText(missed.length) : errorText(record)}`,
    ...wording,
    facts,
    links: noticeLinks(plan, { kind: outcome, region, incidentId, executionArn }),
    detail: { record },
  };
}

function isOvertaken({ error }: ExecutionRecord): boolean {
  return error !== undefined && overtakingErrors.has(error);
}

function failureFacts(record: ExecutionRecord, cause: string | undefined): string[] {
  const { incidentId, executionArn, epoch, error } = record;
  const takeover = epoch === undefined || isOvertaken(record) ? [] : [takeoverCommand(executionArn, incidentId, epoch)];
  return [
    ...(error === undefined ? [] : [`Error: ${error}`]),
    ...(cause === undefined ? [] : [`Cause: ${readable(cause)}`]),
    ...takeover.map((command) => `Take over: ${command}`),
    '',
  ];
}

/** As docs/runbook.md has it: the state machine again, under the epoch that is claimed. */
function takeoverCommand(executionArn: string, incidentId: string, observedEpoch: number): string {
  const region = executionArn.split(':')[3];
  const machine = executionArn.replace(':execution:', ':stateMachine:').split(':').slice(0, -1).join(':');
  const input = JSON.stringify({ incidentId, observedEpoch, trigger: 'takeover' });
  return `aws stepfunctions start-execution --region ${region} --state-machine-arn ${machine} --input '${input}'`;
}

function errorText({ error }: ExecutionRecord): string {
  return error === undefined ? '' : `: ${error}`;
}

type Row = RecoveryRecord & { readonly name: string };

/** What was missed is read first; what was not recovered for one and the same reason is one line. */
function rowLines(rows: readonly Row[]): string[] {
  const lost = Map.groupBy(
    rows.filter(({ met, rtoSeconds }) => !met && rtoSeconds === null),
    ({ reason, remedy }) => `${reason}. Remedy: ${remedy}`,
  );
  const recovered = rows.filter(({ met, rtoSeconds }) => met || rtoSeconds !== null);
  return [
    ...[...lost].map(([why, group]) => `NOT recovered: ${group.map(({ name }) => name).join(', ')}: ${why}`),
    ...recovered.filter(({ met }) => !met).map(line),
    ...recovered.filter(({ met }) => met).map(line),
  ];
}

function missedText(missed: number): string {
  if (missed === 0) return '';
  return missed === 1 ? ', 1 target missed' : `, ${missed} targets missed`;
}

/** The cause of a failed function is JSON with a stack trace; a person reads the message. */
function readable(cause: string): string {
  return /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1]?.replaceAll('\\"', '"') ?? cause;
}

function line({ name, rtoSeconds, rtoTargetSeconds, rpoSeconds, met, reason, remedy }: Row): string {
  const rto = rtoSeconds === null ? '-' : tenths(rtoSeconds);
  const rpo = rpoSeconds === null ? 'unknown' : `${tenths(rpoSeconds)} s`;
  const reached = `RTO ${rto} of ${rtoTargetSeconds} s, RPO ${rpo}`;
  return met ? `${name}: met (${reached})` : `${name}: NOT met (${reached}): ${reason}. Remedy: ${remedy}`;
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
