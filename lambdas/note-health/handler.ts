import { HealthIssues } from '../../lib/detection/health-issue.ts';
import { IncidentStore } from '../../lib/detection/incident-store.ts';
import { Journal } from '../../lib/evidence/journal.ts';
import { tableClient } from '../shared/table-client.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { contract } from './contract.ts';
import { type NoteHealthDependencies, noteHealth } from './note-health.ts';

export const handler = taskHandler(contract, noteHealth, (environment, runtime): NoteHealthDependencies => {
  const client = tableClient({ region: runtime.region });
  const onCoordination = { client, tableName: environment.COORDINATION_TABLE };
  return {
    issues: new HealthIssues(onCoordination),
    incidents: (region) => new IncidentStore({ ...onCoordination, estate: environment.ESTATE, region }),
    journal: new Journal({ client, tableName: environment.JOURNAL_TABLE, nowMs: runtime.nowMs }),
  };
});
