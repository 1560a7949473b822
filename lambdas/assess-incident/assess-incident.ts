import type { AuthorityReader } from '../../lib/authority/authority.ts';
import { type AuthorityRecord, blockedUntil } from '../../lib/authority/authority-record.ts';
import { concerns, type HealthIssue } from '../../lib/detection/health-issue.ts';
import type { IncidentRecord, IncidentStore } from '../../lib/detection/incident-store.ts';
import type { PageMarker } from '../../lib/detection/page-marker.ts';
import { assessQuorum, type QuorumVerdict } from '../../lib/detection/quorum.ts';
import type { Observation, SignalRecord, SignalStore } from '../../lib/detection/signal-store.ts';
import { type Journal, noExecution } from '../../lib/evidence/journal.ts';
import type { JournalDetails } from '../../lib/evidence/journal-details.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { journalHealthIssue } from '../shared/health-journal.ts';
import type { IncidentEvents } from '../shared/incident-events.ts';
import type { Operators } from '../shared/operators-topic.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';
import { type AlarmReader, observationOf } from './observation.ts';
import { type PageKind, pageOf } from './operator-pages.ts';

export interface AssessIncidentDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly authority: AuthorityReader;
  readonly alarms: AlarmReader;
  /** Signals of a region. */
  signals(region: string): Pick<SignalStore, 'observe' | 'list'>;
  /** Incidents of a region. */
  incidents(region: string): Pick<IncidentStore, 'current' | 'open' | 'advance' | 'close'>;
  readonly pages: Pick<PageMarker, 'once'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly operators: Operators;
  readonly events: IncidentEvents;
  readonly failover: {
    readonly stateMachineArn: string;
    /** Starting what runs or has run under this name already is no failure. */
    start(name: string, input: string, signal: AbortSignal): Promise<void>;
  };
}

type Dependencies = AssessIncidentDependencies & Invocation;
type Output = OutputOf<typeof contract>;

/** What is known when an observation has been taken in. */
interface Situation {
  readonly region: string;
  readonly authority: AuthorityRecord;
  readonly verdict: QuorumVerdict;
  readonly incident: IncidentRecord;
  readonly news: News;
}

/** What belongs into the history of an incident that is open. */
interface News {
  /** The signal that has just changed. */
  readonly change: SignalRecord | undefined;
  /** What AWS Health says. */
  readonly issues: readonly HealthIssue[];
}

/** So many confirmation windows without a calm: a checker of Route 53 alone takes half a minute to believe in an end. */
const restlessWindows = 3;

export async function assessIncident(input: InputOf<typeof contract>, dependencies: Dependencies): Promise<Output> {
  const { plan, runtime, signal } = dependencies;
  const observed = await observationOf(input, plan, runtime.region, { reader: dependencies.alarms, signal });
  const counts = observed !== undefined && plan.detection.signals.includes(observed.observation.signal);
  if (!counts) return { decision: 'not-mine', unhealthySignals: [] };
  const { region, observation } = observed;
  const authority = await dependencies.authority.read(signal);
  // Before the first lease no region is active, so there is nothing to protect yet; and the heartbeat alarm goes off in
  // every fresh deployment, because no heartbeat has ever been sent. A probe tells of trouble again in its next slot.
  if (authority?.activeRegion !== region || region === runtime.region) {
    return { decision: 'not-mine', unhealthySignals: [] };
  }
  const signals = dependencies.signals(region);
  // A duplicate is judged again: the invocation that took the first one in may have died before it acted.
  if ((await signals.observe(observation, signal)) === 'late') return { decision: 'stale', unhealthySignals: [] };
  const { signals: records, issues } = await signals.list(signal);
  const verdict = assessQuorum(records, plan.detection, runtime.nowMs());
  const first = verdict.unhealthy.map(({ since }) => since).sort()[0];
  const news = { change: changeAt(records, observation), issues };
  if (first === undefined) return calm({ region, records, verdict, news }, dependencies);
  const incident = await dependencies.incidents(region).open(first, signal);
  return decide({ region, authority, verdict, incident, news }, dependencies);
}

/** The signal that this observation changed; undefined when it said what it had said before. */
function changeAt(records: readonly SignalRecord[], { signal, observedAt }: Observation): SignalRecord | undefined {
  return records.find((record) => record.signal === signal && record.since === observedAt);
}

/** Every change of a signal belongs to the history of the incident that is open, and what AWS Health says beside it. */
async function noteNews(incident: IncidentRecord, { change, issues }: News, dependencies: Dependencies): Promise<void> {
  const { journal, signal } = dependencies;
  const { incidentId } = incident;
  if (change !== undefined) await noteChange(incidentId, change, dependencies);
  for (const issue of issues) {
    if (concerns(issue, incident)) await journalHealthIssue(journal, incidentId, issue, signal);
  }
}

async function noteChange(incidentId: string, change: SignalRecord, { journal, signal }: Dependencies): Promise<void> {
  const { signal: name, from = 'silent', state: to, since, reason } = change;
  const detail: JournalDetails['signal-changed'] = {
    signal: name,
    from,
    to,
    since,
    ...(reason !== undefined && { reason }),
  };
  const subject = `${name}/${since}`;
  await journal.append({ incidentId, kind: 'signal-changed', executionArn: noExecution, subject, detail }, signal);
}

/** Nothing says unhealthy any more: what was suspected only is over once that has lasted. */
async function calm(
  {
    region,
    records,
    verdict,
    news,
  }: Pick<Situation, 'region' | 'verdict' | 'news'> & {
    readonly records: readonly SignalRecord[];
  },
  dependencies: Dependencies,
): Promise<Output> {
  const { incidents, journal, events, signal } = dependencies;
  const incident = await incidents(region).current(signal);
  const quiet: Output = { decision: 'quiet', unhealthySignals: [] };
  if (incident === undefined || incident.phase === 'closed') return quiet;
  const { incidentId } = incident;
  await noteNews(incident, news, dependencies);
  if (incident.phase === 'started') return quiet;
  if (verdict.recovering.length > 0) return { decision: 'recovering', incidentId, unhealthySignals: [] };
  // The last healthy observation and not the clock, so that an outage which began meanwhile counts as a new one.
  const calmedAt = records
    .filter(({ signal: name }) => verdict.healthy.includes(name))
    .map(({ lastObservedAt }) => lastObservedAt)
    .sort()
    .at(-1);
  // Silence is not health: somebody has to have said so.
  if (calmedAt === undefined) return quiet;
  if (await incidents(region).close(incidentId, 'calmed', calmedAt, signal)) {
    const detail = { signals: verdict.healthy };
    await journal.append({ incidentId, kind: 'incident-calmed', executionArn: noExecution, detail }, signal);
    await events.announce('Incident Closed', { incidentId, region, outcome: 'calmed' }, signal);
  }
  return { ...quiet, incidentId };
}

async function decide(situation: Situation, dependencies: Dependencies): Promise<Output> {
  const { plan, runtime, journal, signal } = dependencies;
  const { region, authority, verdict, incident } = situation;
  const { incidentId, openedAt } = incident;
  const answer = (decision: Output['decision']): Output => ({
    decision,
    incidentId,
    unhealthySignals: verdict.unhealthy.map((record) => record.signal),
  });
  // The failover of this incident ended without recovery and a person was told: it isn't tried again by itself.
  if (incident.phase === 'closed') return answer('held');
  const signals = verdict.unhealthy.map((record) => record.signal);
  const opened = { region, openedAt, signals };
  await journal.append({ incidentId, kind: 'incident-opened', executionArn: noExecution, detail: opened }, signal);
  await noteNews(incident, situation.news, dependencies);
  if (incident.phase === 'started') return answer('started');
  await announceOnce(situation, dependencies);
  if (verdict.heldSeconds < plan.detection.confirmationSeconds) {
    if (verdict.met || !isLasting(situation, plan, runtime.nowMs())) return answer('suspected');
    await page('no-quorum', situation, dependencies);
    return answer('held');
  }
  await confirm(situation, dependencies);
  const until = blockedUntil(authority, plan.detection.blockSeconds, runtime.nowMs());
  if (until !== undefined) {
    await page('blocked', situation, dependencies, until);
    return answer('blocked');
  }
  if (plan.approval.mode === 'manual') {
    await page('needs-operator', situation, dependencies);
    return answer('needs-operator');
  }
  await start(situation, dependencies);
  return answer('started');
}

/** A human is told of a disagreement that lasts, and of an incident that comes and goes and doesn't end. */
function isLasting({ incident, verdict }: Situation, plan: Plan, nowMs: number): boolean {
  const { confirmationSeconds } = plan.detection;
  const olderThan = (since: string, seconds: number) => nowMs - Date.parse(since) >= seconds * 1000;
  return (
    verdict.unhealthy.some(({ since }) => olderThan(since, confirmationSeconds)) ||
    olderThan(incident.openedAt, confirmationSeconds * restlessWindows)
  );
}

/** Once, although every further observation comes by here: what pre-warming has begun needs no second beginning. */
async function announceOnce({ region, incident }: Situation, dependencies: Dependencies): Promise<void> {
  const { pages, runtime, events, signal } = dependencies;
  const { incidentId, openedAt } = incident;
  await pages.once(
    { incidentId, kind: 'suspected', sender: runtime.uuid() },
    () => events.announce('Incident Suspected', { incidentId, region, suspectedAt: openedAt }, signal),
    signal,
  );
}

async function confirm({ region, verdict, incident }: Situation, dependencies: Dependencies): Promise<void> {
  const { plan, journal, incidents, signal } = dependencies;
  const { incidentId } = incident;
  await incidents(region).advance(incidentId, 'confirmed', signal);
  const detail = {
    quorum: plan.detection.quorum,
    heldSince: new Date(verdict.sinceMs ?? 0).toISOString(),
    signals: verdict.unhealthy.map((record) => record.signal),
  };
  await journal.append({ incidentId, kind: 'incident-confirmed', executionArn: noExecution, detail }, signal);
}

async function start(situation: Situation, dependencies: Dependencies): Promise<void> {
  const { failover, incidents, journal, signal } = dependencies;
  const { incidentId } = situation.incident;
  const { name, input } = executionOf(situation);
  // The name is the idempotency key: whoever comes second, at once or after a crash, starts nothing.
  await failover.start(name, input, signal);
  await incidents(situation.region).advance(incidentId, 'started', signal);
  const detail = { executionName: name, observedEpoch: situation.authority.epoch };
  await journal.append({ incidentId, kind: 'failover-requested', executionArn: noExecution, detail }, signal);
}

function executionOf({ incident, authority }: Situation): { name: string; input: string } {
  const { incidentId } = incident;
  return {
    name: `failover-epoch-${authority.epoch + 1}-${incidentId}`,
    input: JSON.stringify({ incidentId, observedEpoch: authority.epoch, trigger: 'automatic' }),
  };
}

async function page(kind: PageKind, situation: Situation, dependencies: Dependencies, until?: string): Promise<void> {
  const { plan, runtime, pages, operators, journal, failover, signal } = dependencies;
  const { region, verdict, incident, authority, news } = situation;
  const { incidentId } = incident;
  const facts = {
    plan,
    ownRegion: runtime.region,
    at: new Date(runtime.nowMs()).toISOString(),
    region,
    incident,
    verdict,
    issues: news.issues.filter((issue) => concerns(issue, incident)),
    observedEpoch: authority.epoch,
    blockedUntil: until,
    start: {
      stateMachineArn: failover.stateMachineArn,
      name: `operator-epoch-${authority.epoch + 1}-${incidentId}`,
      input: JSON.stringify({ incidentId, observedEpoch: authority.epoch, trigger: 'operator' }),
    },
  };
  const message = pageOf(kind, facts);
  const sent = await pages.once(
    { incidentId, kind, sender: runtime.uuid() },
    () => operators.tell(message, signal),
    signal,
  );
  if (!sent) return;
  const detail = { reason: message.verdict };
  await journal.append({ incidentId, kind: 'incident-held', executionArn: noExecution, subject: kind, detail }, signal);
}
