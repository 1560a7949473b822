import { deployedPlanFile } from '../arns.ts';
import { closedDetailType, grantIncidentEvents } from './incident-events.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';

/** Environment of a function that ends incidents. */
export function closingEnvironment({ state, topic }: RegionParts) {
  return {
    PLAN_FILE: deployedPlanFile,
    COORDINATION_TABLE: state.coordination.tableName,
    JOURNAL_TABLE: state.journal.tableName,
    OPERATORS_TOPIC_ARN: topic.topic.topicArn,
  };
}

/** What a function that ends incidents may do. */
export function grantClosing(grantee: LifeboatFunction, { state, topic }: RegionParts): void {
  state.coordination.grant(grantee, 'GetItem', 'UpdateItem', 'DeleteItem');
  state.grantJournal(grantee);
  grantIncidentEvents(grantee, closedDetailType);
  topic.grantPublish(grantee);
}
