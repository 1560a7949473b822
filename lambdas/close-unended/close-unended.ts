import * as z from 'zod';
import { type CloseIncidentDependencies, closeIncident } from '../close-incident/close-incident.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { ContractViolationError } from '../shared/errors.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

const executionInput = z.object({ incidentId: z.string() });

/** Closes for an execution what it could not close itself; doing it twice changes nothing. */
export async function closeUnended(
  event: InputOf<typeof contract>,
  dependencies: CloseIncidentDependencies & Invocation,
): Promise<OutputOf<typeof contract>> {
  const { executionArn, status, startDate } = event.detail;
  return closeIncident(
    {
      executionArn,
      incidentId: incidentOf(event.detail.input, executionArn),
      startedAt: new Date(startDate).toISOString(),
      outcome: 'aborted',
      error: status === 'ABORTED' ? 'StoppedByOperator' : 'ExecutionTimedOut',
      cause: status === 'ABORTED' ? 'the execution was stopped' : 'the execution took longer than it may',
    },
    dependencies,
  );
}

function incidentOf(inputText: string, executionArn: string): string {
  let input: unknown;
  try {
    input = JSON.parse(inputText);
  } catch (error) {
    throw new ContractViolationError(`the input of ${executionArn} is not JSON`, { cause: error });
  }
  const parsed = executionInput.safeParse(input);
  if (!parsed.success) throw new ContractViolationError(`the input of ${executionArn} names no incidentId`);
  return parsed.data.incidentId;
}
