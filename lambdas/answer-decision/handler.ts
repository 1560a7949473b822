import { Authority } from '../../lib/authority/authority.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { type AnswerDecisionDependencies, answerDecision } from './answer-decision.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(
  contract,
  answerDecision,
  (environment, runtime, log): AnswerDecisionDependencies => {
    // A checker waits 2 s for the answer, so one slow read must not become three.
    const client = tableClient({ region: environment.AUTHORITY_REGION, requestTimeoutMs: 900, maxAttempts: 1 });
    const authority = new Authority({ client, tableName: environment.AUTHORITY_TABLE, estate: environment.ESTATE });
    return { runtime, log, authority, cache: {} };
  },
);
