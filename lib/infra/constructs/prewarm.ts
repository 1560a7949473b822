import { Construct } from 'constructs';
import { contract as prewarmStandby } from '../../../lambdas/prewarm-standby/contract.ts';
import { contract as takeBackPrewarm } from '../../../lambdas/take-back-prewarm/contract.ts';
import { deployedPlanFile } from '../arns.ts';
import { Beat } from './beat.ts';
import { eventSource } from './detection-rules.ts';
import { closedDetailType, suspectedDetailType } from './incident-events.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';
import { wakingRule } from './waking-rule.ts';

/** A suspicion that old has been decided: the failover asks for nodes itself. */
const suspicionAgeSeconds = 120;
const closingAgeSeconds = 3600;
/** How long nodes are paid for when the event of an incident's end was lost. */
const safetyNetMinutes = 5;
const timeoutSeconds = 90;
/** The Kubernetes client's cold start is bound by the processor, which comes with memory. */
const memoryMiB = 1024;

/** What the first signal of an incident starts, and what takes it back when nothing came of it. */
export class Prewarm extends Construct {
  constructor(scope: Construct, id: string, parts: RegionParts) {
    super(scope, id);
    const begins = this.#prewarmStandby(parts);
    const ends = this.#takeBackPrewarm(parts);
    this.#wake(parts, begins, suspectedDetailType, suspicionAgeSeconds);
    this.#wake(parts, ends, closedDetailType, closingAgeSeconds);
    new Beat(this, 'TakeBackBeat', {
      foundation: parts.foundation,
      target: ends,
      name: takeBackPrewarm.name,
      description: 'Takes back what was pre-warmed for an incident that is over',
      everyMinutes: safetyNetMinutes,
      input: {},
    });
  }

  #prewarmStandby({ foundation, state, clusters }: RegionParts): LifeboatFunction {
    const prewarm = new LifeboatFunction(this, 'PrewarmStandby', {
      foundation,
      contract: prewarmStandby,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        CAPTURES_TABLE: state.captures.tableName,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
      },
      description: 'Begins at the first signal what is reversible: nodes, images',
      timeoutSeconds,
      memoryMiB,
      asynchronous: { retryAttempts: 1, maximumAgeSeconds: suspicionAgeSeconds },
    });
    state.authority.grant(prewarm, 'GetItem');
    state.captures.grant(prewarm, 'GetItem');
    state.coordination.grant(prewarm, 'GetItem', 'PutItem');
    state.grantJournal(prewarm);
    clusters.grantNodeGroups(prewarm, 'DescribeNodegroup', 'UpdateNodegroupConfig');
    clusters.grantPrewarm(prewarm, { reads: true });
    return prewarm;
  }

  #takeBackPrewarm({ foundation, state, clusters }: RegionParts): LifeboatFunction {
    const takeBack = new LifeboatFunction(this, 'TakeBackPrewarm', {
      foundation,
      contract: takeBackPrewarm,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
        JOURNAL_TABLE: state.journal.tableName,
      },
      description: 'Takes back what was pre-warmed for nothing',
      timeoutSeconds,
      memoryMiB,
      asynchronous: { retryAttempts: 2, maximumAgeSeconds: closingAgeSeconds },
    });
    state.authority.grant(takeBack, 'GetItem');
    state.coordination.grant(takeBack, 'GetItem', 'Query', 'DeleteItem');
    state.grantJournal(takeBack);
    clusters.grantNodeGroups(takeBack, 'DescribeNodegroup', 'UpdateNodegroupConfig');
    clusters.grantPrewarm(takeBack, { reads: false });
    return takeBack;
  }

  #wake({ foundation }: RegionParts, target: LifeboatFunction, detailType: string, ageSeconds: number): void {
    wakingRule(this, target.node.id.concat('Rule'), {
      foundation,
      wakes: target,
      name: detailType.toLowerCase().replace(' ', '-'),
      description: `${detailType}: ${target.node.id}`,
      eventPattern: { source: [eventSource], detailType: [detailType] },
      maximumEventAgeSeconds: ageSeconds,
      retryAttempts: 5,
    });
  }
}
