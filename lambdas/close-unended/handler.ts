import { closeIncidentDependencies } from '../close-incident/dependencies.ts';
import { taskHandler } from '../shared/task-handler.ts';
import { closeUnended } from './close-unended.ts';
import { contract } from './contract.ts';

export const handler = taskHandler(contract, closeUnended, closeIncidentDependencies);
