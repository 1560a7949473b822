import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { AssessIncidentDependencies } from './assess-incident.ts';

/**
 * Starts executions by name. Step Functions takes a start under the name of a running execution with the same input
 * for the same request and refuses every other reuse for 90 days (API reference of StartExecution): in both cases it
 * has been started before.
 */
export function failoverMachine(client: SFNClient, stateMachineArn: string): AssessIncidentDependencies['failover'] {
  return {
    stateMachineArn,
    start: async (name, input, abortSignal) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }), { abortSignal });
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
  };
}
