import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { StateFlow, TaskState } from '../../states/definition.ts';

export const machineProperties = z
  .strictObject({
    StateMachineName: z.string().max(80).optional(),
    StateMachineType: z.literal('STANDARD', 'not simulated: StateMachineType EXPRESS').optional(),
    RoleArn: z.string(),
    DefinitionString: z.string().optional(),
    Definition: z.record(z.string(), z.unknown()).optional(),
    DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    LoggingConfiguration: z
      .strictObject({
        Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
        IncludeExecutionData: z.boolean().optional(),
        Destinations: z
          .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
          .optional(),
      })
      .optional(),
    TracingConfiguration: z.strictObject({ Enabled: z.boolean() }).optional(),
    Tags: z.unknown().optional(),
  })
  .refine((machine) => (machine.DefinitionString === undefined) !== (machine.Definition === undefined), {
    message: 'a state machine has either DefinitionString or Definition',
  });

export type MachineProperties = z.output<typeof machineProperties>;

/** The definition with `${…}` replaced. InputError for one that DefinitionSubstitutions doesn't have, and for text that isn't JSON. */
export function substitutedDefinition(machine: MachineProperties): unknown {
  const text = machine.DefinitionString ?? JSON.stringify(machine.Definition);
  const substitutions = machine.DefinitionSubstitutions ?? {};
  const replaced = text.replace(/\$\{([\w.:-]+)\}/g, (_match, name: string) => {
    const value = substitutions[name];
    if (value === undefined) throw new InputError(`DefinitionSubstitutions lack ${name}`);
    return JSON.stringify(String(value)).slice(1, -1);
  });
  try {
    return JSON.parse(replaced);
  } catch (error) {
    throw new InputError(`the definition is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Integrations that the world performs. */
const integrations: readonly string[] = [
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::sns:publish',
  'arn:aws:states:::sns:publish.waitForTaskToken',
];

/** What the tasks of a machine ask for and the world doesn't do; one sentence each. */
export function taskFaults(flow: StateFlow): string[] {
  return tasksOf(flow).flatMap((task) => [
    ...(integrations.includes(task.resource) ? [] : [`${task.name}: not simulated: Resource ${task.resource}`]),
    ...(task.credentials === undefined ? [] : [`${task.name}: not simulated: Credentials`]),
  ]);
}

function tasksOf(flow: StateFlow): TaskState[] {
  return [...flow.states.values()].flatMap((state) => {
    if (state.type === 'Task') return [state];
    if (state.type === 'Map') return tasksOf(state.processor);
    return state.type === 'Parallel' ? state.branches.flatMap(tasksOf) : [];
  });
}
