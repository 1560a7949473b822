import { journalTableName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Evidence, InvariantFactory, JournalFact, Recovery } from './invariant.ts';

/** Clients ask every few seconds, and the record counts in whole beats. */
const clientSeconds = 10;

/**
 * A changed record is with all name servers within 60 s (Route 53 API reference, ChangeResourceRecordSets), and looked at
 * every ten seconds by the failover; a routing control is seen within seconds.
 */
const slowestModeSeconds = 70;

/** A region that is up and ill is seen by Route 53's checkers first: three of their answers, and a beat to read the verdict. */
const checkersSeconds = 50;

/**
 * Rule 11: what our own record says is what happened. The journal is append-only and without gaps; every execution that
 * had the incident wrote one record; its outcome, epoch, missed targets and times are those that the world saw.
 */
export const recordAgrees: InvariantFactory = (evidence, broken) => {
  const table = journalTableName(evidence.plan);
  const seen = new Map<string, string>();
  return {
    rule: 11,
    onCall({ service, operation, input, error }) {
      if (service !== 'dynamodb' || error !== undefined || reading.has(operation) || !isAbout(input, table)) return;
      const now = new Map(evidence.journalFacts().map((fact) => [keyOf(fact), fact.text]));
      for (const [key, text] of seen) {
        if (!now.has(key)) broken(`journal entry ${key} was deleted`);
        else if (now.get(key) !== text) broken(`journal entry ${key} was overwritten`);
      }
      seen.clear();
      for (const [key, text] of now) seen.set(key, text);
    },
    onEnd(recoveries) {
      const facts = evidence.journalFacts();
      for (const detail of gapsIn(facts)) broken(detail);
      for (const detail of disagreements(facts, evidence, recoveries)) broken(detail);
    },
  };
};

const reading: ReadonlySet<string> = new Set(['GetItem', 'Query', 'BatchGetItem', 'Scan']);

function isAbout(input: unknown, table: string): boolean {
  return JSON.stringify(input ?? '').includes(table);
}

function keyOf({ region, incidentId, sequence }: JournalFact): string {
  return `${incidentId}/${sequence} of ${region}`;
}

function gapsIn(facts: readonly JournalFact[]): string[] {
  const journals = new Map<string, number[]>();
  for (const { region, incidentId, sequence } of facts) {
    const key = `${incidentId} of ${region}`;
    journals.set(key, [...(journals.get(key) ?? []), sequence]);
  }
  return [...journals].flatMap(([key, sequences]) => {
    const missing = sequences.toSorted((a, b) => a - b).findIndex((sequence, index) => sequence !== index + 1);
    return missing === -1 ? [] : [`the journal of ${key} has no entry ${missing + 1}`];
  });
}

function* disagreements(
  facts: readonly JournalFact[],
  evidence: Evidence,
  recoveries: readonly Recovery[],
): Generator<string> {
  const closings = facts.filter(({ kind }) => kind === 'execution-closed');
  for (const arn of evidence.endedExecutions()) {
    const own = closings.filter(({ executionArn }) => executionArn === arn);
    const hadIncident = facts.some(({ kind, executionArn }) => kind === 'lock-acquired' && executionArn === arn);
    if (hadIncident && own.length !== 1) yield `execution ${arn} ended with ${own.length} records`;
  }
  const authority = evidence.authority();
  for (const { closing, executionArn } of closings) {
    if (closing === undefined) continue;
    const isSeen = authority?.claimedBy === executionArn && authority.phase === 'serving';
    const said = closing.outcome === 'recovered';
    if (authority !== undefined && isSeen !== said && (isSeen || closing.epoch === authority.epoch)) {
      yield `the record of ${executionArn} says ${closing.outcome}; the authority says ${authority.activeRegion} (${authority.phase}) by ${authority.claimedBy}`;
    }
    if (isSeen && closing.epoch !== authority.epoch)
      yield `the record of ${executionArn} says epoch ${closing.epoch}; the authority says ${authority.epoch}`;
    if (isSeen && said) yield* wrongTimes(evidence, closing.recoveries, recoveries);
  }
}

/** One sentence for each application that the record and its clients disagree about. */
function wrongTimes(evidence: Evidence, recorded: readonly Recovery[], measured: readonly Recovery[]): string[] {
  const { active, standby } = evidence.plan.regions;
  const left = evidence.authority()?.activeRegion === standby ? active : standby;
  // A region that is up may have served some clients all along, or again: the record counts until the new one did.
  const isLeftAlive = evidence.upSinceMs(left) !== undefined;
  const tolerance = rtoTolerance(evidence.plan, isLeftAlive ? checkersSeconds : undefined);
  return measured.flatMap(({ name, rtoSeconds: seenSeconds }) => {
    const saidSeconds = recorded.find((one) => one.name === name)?.rtoSeconds ?? null;
    if (saidSeconds === null || seenSeconds === null) {
      if (saidSeconds === seenSeconds) return [];
      const said = saidSeconds === null ? 'not recovered' : `recovered after ${saidSeconds} s`;
      return [`the record says of ${name}: ${said}; its clients: ${seenSeconds ?? 'never'}`];
    }
    const laterSeconds = seenSeconds - saidSeconds;
    const isEarlyEnough = isLeftAlive || laterSeconds >= -tolerance.beforeSeconds;
    if (isEarlyEnough && laterSeconds <= tolerance.afterSeconds) return [];
    return [
      `the record says of ${name}: recovered after ${saidSeconds} s; its clients were back after ${seenSeconds} s`,
    ];
  });
}

/**
 * How far a record's RTO may be from what clients saw. It begins with the first unhealthy signal: up to a beat of the
 * probe, its time-out and as long again for the slot after, later than the fault, or so long as the slowest signal takes. It ends when the name servers answer
 * rightly; clients follow when their resolvers have forgotten, and an application that others need is asked through them.
 */
export function rtoTolerance(
  plan: Plan,
  slowestSignalSeconds = 0,
): { readonly beforeSeconds: number; readonly afterSeconds: number } {
  const { intervalSeconds, timeoutSeconds } = plan.detection.probe;
  const longestTtlSeconds = Math.max(0, ...plan.applications.flatMap(({ dns }) => dns.map((one) => one.ttlSeconds)));
  const firstSignalSeconds = Math.max(2 * intervalSeconds + timeoutSeconds, slowestSignalSeconds);
  const modes = new Set(plan.applications.flatMap(({ dns }) => dns.map((one) => one.traffic)));
  // All names have the time at which the last of them was verified, and the modes take differently long.
  // Who has no name of its own is recovered when its region serves, and is asked through a name that may follow later.
  const slowestSeconds = modes.size > 1 ? slowestModeSeconds : 0;
  return {
    beforeSeconds: clientSeconds + slowestSeconds,
    afterSeconds: firstSignalSeconds + longestTtlSeconds + clientSeconds + slowestSeconds,
  };
}
