import { Construct } from 'constructs';
import { contract } from '../../../lambdas/note-health/contract.ts';
import { peerRegion } from '../../plan/names.ts';
import { healthEventsAbout } from './health-events.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';
import { wakingRule } from './waking-rule.ts';

/** A issue is worth keeping as long as an incident may last. */
const maximumEventAgeSeconds = 3600;

/** Keeps and records what AWS Health says of the other region, whether it was forwarded or published here. */
export class HealthIssues extends Construct {
  constructor(scope: Construct, id: string, { foundation, state, region }: RegionParts) {
    super(scope, id);
    const about = peerRegion(foundation.plan, region);
    const note = new LifeboatFunction(this, 'NoteHealth', {
      foundation,
      contract,
      environment: {
        ESTATE: foundation.plan.estate,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
      },
      description: `Keeps what AWS Health says of ${about}`,
      timeoutSeconds: 10,
      memoryMiB: 256,
      asynchronous: { retryAttempts: 2, maximumAgeSeconds: maximumEventAgeSeconds },
    });
    state.coordination.grant(note, 'GetItem', 'PutItem');
    state.grantJournal(note);
    wakingRule(this, 'Rule', {
      foundation,
      wakes: note,
      name: 'aws-health',
      description: `AWS Health speaks of ${about}`,
      eventPattern: healthEventsAbout(about),
      maximumEventAgeSeconds,
      retryAttempts: 10,
    });
  }
}
