import type { ExecutionRecord, RecoveryRecord } from '../../lib/evidence/journal-details.ts';
import type { Page } from '../shared/operators-topic.ts';
import { dataLines } from './data-lines.ts';

export interface ClosingPageFacts {
  readonly estate: string;
  /** The region that was being activated. */
  readonly region: string;
  /** What this closing says; the record keeps the first outcome that was written. */
  readonly outcome: ExecutionRecord['outcome'];
  readonly record: ExecutionRecord;
  readonly cause: string | undefined;
}

const verdicts = {
  recovered: (region: string) => `The estate is served from ${region}.`,
  held: (region: string) => `The failover to ${region} stopped and needs a person. Nothing is tried again by itself.`,
  aborted: (region: string) => `The failover to ${region} was aborted.`,
};

export function closingPage({ estate, region, outcome, record, cause }: ClosingPageFacts): Page {
  const missed = record.applications.filter(({ met }) => !met);
  const claimed = record.epoch !== undefined;
  const facts = [
    `Incident: ${record.incidentId}, first signal ${record.disasterAt}`,
    `Execution: ${record.executionArn}, ${record.startedAt} to ${record.closedAt}`,
    claimed
      ? `Authority: ${region} claimed epoch ${record.epoch}`
      : 'Authority: not claimed, the other region is still the active one',
    ...(outcome === 'recovered' || record.error === undefined ? [] : [`Error: ${record.error}`]),
    ...(outcome === 'recovered' || cause === undefined ? [] : [`Cause: ${readable(cause)}`]),
    ...dataLines(record.stores ?? []),
    line('platform', record.platform),
    ...record.applications.map((application) => line(application.name, application)),
  ];
  return {
    severity: outcome === 'recovered' ? 'info' : 'page',
    subject: `Lifeboat ${estate}: failover to ${region} ${outcome}${missed.length > 0 ? `, ${missed.length} targets missed` : ''}`,
    verdict: verdicts[outcome](region),
    facts,
    document: { kind: 'execution-closed', estate, region, outcome, record },
  };
}

/** The cause of a failed function is JSON with a stack trace; a person reads the message. */
function readable(cause: string): string {
  return /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1]?.replaceAll('\\"', '"') ?? cause;
}

function line(name: string, { rtoSeconds, rtoTargetSeconds, rpoSeconds, met, reason, remedy }: RecoveryRecord): string {
  const reached = `RTO ${rtoSeconds ?? '-'} of ${rtoTargetSeconds} s, RPO ${rpoSeconds ?? 'unknown'} s`;
  return met ? `${name}: met (${reached})` : `${name}: NOT met (${reached}): ${reason}. Remedy: ${remedy}`;
}
