import { z } from 'zod';
import { hearsAwsHealth } from '../../plan/aws-health.ts';
import { peerRegion } from '../../plan/names.ts';
import type { InvariantFactory, JournalFact, SaidIssue } from './invariant.ts';

/** From AWS Health's publishing to the journal: two buses, a cold start, and a retry. */
const deliverySeconds = 60;

const closings: ReadonlySet<string> = new Set(['incident-calmed', 'execution-closed']);
const entry = z.object({ at: z.iso.datetime() });
const opening = z.object({ detail: z.object({ openedAt: z.iso.datetime() }) });

/**
 * Rule 11, as far as AWS Health goes: the journal of an incident has every issue that AWS reported of the region and that
 * overlaps with it in time.
 */
export const healthRecorded: InvariantFactory = (evidence, broken) => ({
  rule: 11,
  onEnd() {
    const { plan } = evidence;
    if (!hearsAwsHealth(plan)) return;
    const facts = evidence.journalFacts();
    const { active, standby } = plan.regions;
    for (const issue of evidence.healthIssues()) {
      if (issue.region !== active && issue.region !== standby) continue;
      if (evidence.nowMs() - issue.saidMs < deliverySeconds * 1000) continue;
      const observer = peerRegion(plan, issue.region);
      const journals = Map.groupBy(
        facts.filter(({ region }) => region === observer),
        ({ incidentId }) => incidentId,
      );
      for (const [incidentId, journal] of journals) {
        if (!overlap(issue, journal) || journal.some((fact) => isAbout(fact, issue))) continue;
        broken(`AWS Health said ${issue.eventArn} of ${issue.region}, and incident ${incidentId} doesn't know`);
      }
    }
  },
});

function isAbout({ kind, text }: JournalFact, { eventArn }: SaidIssue): boolean {
  return kind === 'aws-health-noted' && text.includes(JSON.stringify(eventArn));
}

/** A journal that no incident opened (a person started the failover) has nothing to overlap with. */
function overlap(
  { startedMs, endedMs = Number.POSITIVE_INFINITY }: SaidIssue,
  journal: readonly JournalFact[],
): boolean {
  const opened = journal.find(({ kind }) => kind === 'incident-opened');
  if (opened === undefined) return false;
  const closed = journal.find(({ kind }) => closings.has(kind));
  const openedMs = Date.parse(opening.parse(JSON.parse(opened.text)).detail.openedAt);
  const closedMs =
    closed === undefined ? Number.POSITIVE_INFINITY : Date.parse(entry.parse(JSON.parse(closed.text)).at);
  return startedMs < closedMs && endedMs > openedMs;
}
