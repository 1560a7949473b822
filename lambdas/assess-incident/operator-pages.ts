import type { HealthIssue } from '../../lib/detection/health-issue.ts';
import type { IncidentRecord } from '../../lib/detection/incident-store.ts';
import type { QuorumVerdict } from '../../lib/detection/quorum.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { healthFact } from '../shared/health-fact.ts';
import { type Notice, utc } from '../shared/notice.ts';
import { noticeLinks } from '../shared/notice-links.ts';

export type PageKind = 'no-quorum' | 'blocked' | 'needs-operator';

export interface PageFacts {
  readonly plan: Plan;
  /** The region that would take over. */
  readonly ownRegion: string;
  /** ISO 8601 UTC: now. */
  readonly at: string;
  /** The region that is suspected. */
  readonly region: string;
  readonly incident: IncidentRecord;
  readonly verdict: QuorumVerdict;
  /** What AWS Health says. */
  readonly issues: readonly HealthIssue[];
  /** The authority's epoch now. */
  readonly observedEpoch: number;
  /** ISO 8601 UTC. */
  readonly blockedUntil?: string;
  /** What to give to StartExecution. */
  readonly start: { readonly stateMachineArn: string; readonly name: string; readonly input: string };
}

interface Wording {
  readonly subject: string;
  readonly verdict: string;
  readonly next: string;
  readonly action: string;
}

const wordings: Readonly<Record<PageKind, (facts: PageFacts) => Wording>> = {
  'no-quorum': ({ region, verdict, plan }) => ({
    subject: `${region} suspected, no quorum`,
    verdict: `${region} is suspected, but only ${verdict.vantages.length} of the ${plan.detection.quorum} vantages needed agree${verdict.vantages.length === 0 ? '' : ` (${verdict.vantages.join(', ')})`}. Nothing was done.`,
    next: 'the failover starts by itself when enough signals agree; the suspicion is cleared when they are healthy again.',
    action: `see whether ${region} serves. If it is really down, fail over by hand.`,
  }),
  blocked: ({ region, blockedUntil = '' }) => ({
    subject: `${region} down, failover blocked`,
    verdict: `${region} is down by quorum, but the block period after the last failover runs until ${utc(blockedUntil)}. Nothing was done.`,
    next: `the failover starts by itself after ${utc(blockedUntil)} if the signals still agree.`,
    action: 'ask why twice in so short a time. If the other region can serve, fail over by hand.',
  }),
  'needs-operator': ({ region }) => ({
    subject: `${region} down, start the failover?`,
    verdict: `${region} is down by quorum, and the plan asks for a person to start the failover.`,
    next: 'nothing, until somebody starts the failover.',
    action: 'decide, and start the failover by hand if the region is really down.',
  }),
};

export function pageOf(kind: PageKind, facts: PageFacts): Notice {
  const { plan, ownRegion, at, region, incident, verdict, issues, start, observedEpoch } = facts;
  const { incidentId, openedAt } = incident;
  const { subject, ...wording } = wordings[kind](facts);
  return {
    kind,
    severity: 'page',
    estate: plan.estate,
    region: ownRegion,
    incidentId,
    at,
    since: openedAt,
    subject: `Lifeboat ${plan.estate}: ${subject}`,
    ...wording,
    facts: [
      ...verdict.unhealthy.map(
        ({ signal, since, reason }) => `Unhealthy: ${signal} since ${since}${reason ? ` (${reason})` : ''}`,
      ),
      ...(verdict.recovering.length > 0 ? [`Healthy again, not for long: ${verdict.recovering.join(', ')}`] : []),
      `Healthy: ${verdict.healthy.join(', ') || 'none'}`,
      `Missing: ${verdict.missing.join(', ') || 'none'}`,
      ...issues.map(healthFact),
      '',
      `By hand: npx lifeboat failover --state-machine ${start.stateMachineArn} --incident ${incidentId} --epoch ${observedEpoch}`,
    ],
    links: noticeLinks(plan, { kind, region: ownRegion, incidentId }),
    detail: {
      suspectedRegion: region,
      unhealthy: verdict.unhealthy.map(({ signal }) => signal),
      vantages: verdict.vantages,
      recovering: verdict.recovering,
      healthy: verdict.healthy,
      missing: verdict.missing,
      start,
    },
  };
}
