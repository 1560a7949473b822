import { taskHandler } from '../shared/task-handler.ts';
import { closeIncident } from './close-incident.ts';
import { contract } from './contract.ts';
import { closeIncidentDependencies } from './dependencies.ts';

export const handler = taskHandler(contract, closeIncident, closeIncidentDependencies);
