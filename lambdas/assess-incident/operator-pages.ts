import type { IncidentRecord } from '../../lib/detection/incident-store.ts';
import type { QuorumVerdict } from '../../lib/detection/quorum.ts';
import type { Page } from '../shared/operators-topic.ts';

export type PageKind = 'held' | 'blocked' | 'needs-operator';

export interface PageFacts {
  readonly estate: string;
  readonly region: string;
  readonly incident: IncidentRecord;
  readonly verdict: QuorumVerdict;
  readonly quorum: number;
  /** The authority's epoch now. */
  readonly observedEpoch: number;
  readonly blockedUntil?: string;
  /** What to give to StartExecution. */
  readonly start: { readonly stateMachineArn: string; readonly name: string; readonly input: string };
}

export function pageOf(kind: PageKind, facts: PageFacts): Page {
  const { estate, region, incident, verdict, quorum } = facts;
  const verdicts = {
    held: `${region} is suspected, but only ${verdict.vantages.length} of the ${quorum} vantages needed agree${verdict.vantages.length === 0 ? '' : ` (${verdict.vantages.join(', ')})`}. Nothing was done.`,
    blocked: `${region} is down by quorum, but the block period after the last failover runs until ${facts.blockedUntil}. Nothing was done.`,
    'needs-operator': `${region} is down by quorum, and the plan asks for a person to start the failover.`,
  };
  const subjects = {
    held: `Lifeboat ${estate}: ${region} suspected, no quorum`,
    blocked: `Lifeboat ${estate}: ${region} down, failover blocked`,
    'needs-operator': `Lifeboat ${estate}: ${region} down, start the failover?`,
  };
  return {
    severity: 'page',
    subject: subjects[kind],
    verdict: verdicts[kind],
    facts: [
      `Incident: ${incident.incidentId}, since ${incident.openedAt}`,
      ...verdict.unhealthy.map(
        ({ signal, since, reason }) => `Unhealthy: ${signal} since ${since}${reason ? ` (${reason})` : ''}`,
      ),
      ...(verdict.recovering.length > 0 ? [`Healthy again, not for long: ${verdict.recovering.join(', ')}`] : []),
      `Healthy: ${verdict.healthy.join(', ') || 'none'}`,
      `Missing: ${verdict.missing.join(', ') || 'none'}`,
      `To fail over by hand: npx lifeboat failover --state-machine ${facts.start.stateMachineArn} --incident ${incident.incidentId} --epoch ${facts.observedEpoch}`,
    ],
    document: {
      kind,
      estate,
      region,
      incidentId: incident.incidentId,
      openedAt: incident.openedAt,
      unhealthy: verdict.unhealthy.map(({ signal }) => signal),
      vantages: verdict.vantages,
      recovering: verdict.recovering,
      healthy: verdict.healthy,
      missing: verdict.missing,
      start: facts.start,
    },
  };
}
