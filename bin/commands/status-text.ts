import { durationText } from '../../lib/rehearsal/report/duration-text.ts';
import type { AuthorityStatus } from '../../lib/status/authority-status.ts';
import type { CaptureStatus } from '../../lib/status/capture-status.ts';
import type { EstateStatus } from '../../lib/status/estate-status.ts';
import type { LastRecord, RegionStatus } from '../../lib/status/region-status.ts';

/** The status for people: the verdict first, then what it rests on. */
export function statusText({ ok, estate, at, problems, authority, captures, regions }: EstateStatus): string {
  const lines = [
    `${estate}: ${ok ? 'all is well' : 'NOT well'} (${at})`,
    ...problems.map((problem) => `  problem: ${problem.replaceAll('\n', '\n    ')}`),
    ...(authority === null ? [] : authorityLines(authority)),
    ...(captures === null ? [] : [captureLine(captures)]),
    ...regions.flatMap((region) => ('unreadable' in region ? `${region.region}: no answer` : regionLines(region))),
  ];
  return `${lines.join('\n')}\n`;
}

function authorityLines(authority: AuthorityStatus): string[] {
  const { activeRegion, epoch, phase, leaseSecondsLeft, yieldRequest, lastFailoverAt } = authority;
  const lease = leaseSecondsLeft > 0 ? `lease for ${durationText(leaseSecondsLeft)} more` : 'no lease';
  return [
    `active: ${activeRegion}, epoch ${epoch}, ${phase}, ${lease}, last failover ${lastFailoverAt ?? 'never'}`,
    ...(yieldRequest === undefined ? [] : [`  asked to yield by ${yieldRequest.requestedBy}`]),
  ];
}

function captureLine({ region, limitSeconds, applications }: CaptureStatus): string {
  const ages = applications.map(({ name, ageSeconds }) =>
    ageSeconds === null ? `${name} never` : `${name} ${durationText(ageSeconds)}`,
  );
  return `captures in ${region} (at most ${durationText(limitSeconds)} old): ${ages.join(', ')}`;
}

function regionLines(status: RegionStatus): string[] {
  const { region, observes, signals, quorum, incident, failover, prewarms, closedIngress, lastRecord } = status;
  const said = signals.map(({ signal, state, since }) => `${signal} ${state} since ${since}`);
  const missing = quorum.missing.length === 0 ? '' : `; missing: ${quorum.missing.join(', ')}`;
  return [
    `${region}:`,
    `  of ${observes}: ${said.length === 0 ? 'nothing heard' : said.join(', ')}${missing}; quorum ${quorum.met ? 'MET' : 'not met'}`,
    `  last incident: ${incident === undefined ? 'none' : `${incident.incidentId}, ${incident.closedAs ?? incident.phase}`}`,
    ...(failover === undefined ? [] : [`  failover: ${failover.executionArn}, ${pointOf(failover)}`]),
    ...prewarms.map(({ incidentId, startedAt }) => `  pre-warmed for ${incidentId} since ${startedAt}`),
    ...(closedIngress === undefined ? [] : [`  ingress closed since ${closedIngress.closedAt}`]),
    ...(lastRecord === undefined ? [] : [`  last record: ${recordText(lastRecord)}`]),
  ];
}

function pointOf({ abortRequestedBy, committedAt }: NonNullable<RegionStatus['failover']>): string {
  if (abortRequestedBy !== undefined) return `${abortRequestedBy} has asked for its end`;
  return committedAt === undefined ? 'can be aborted' : `past the point of no return since ${committedAt}`;
}

function recordText({ executionArn, outcome, closedAt, error, missed }: LastRecord): string {
  const why = error === undefined ? '' : `, ${error}`;
  const targets = missed.length === 0 ? 'every target met' : `targets missed: ${missed.join(', ')}`;
  return `${executionArn} ${outcome} at ${closedAt}${why}; ${targets}`;
}
