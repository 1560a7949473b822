import type { AslAnswer } from '../../../../../lib/rehearsal/states/asl-case.ts';
import type { AslResult } from '../../../../../lib/rehearsal/states/case-runner.ts';

type States = Record<string, Record<string, unknown>>;

export interface TableCase {
  readonly name: string;
  readonly definition: Record<string, unknown>;
  readonly input?: unknown;
  readonly lambda?: Record<string, AslAnswer[]>;
  /** Exactly these members of the result. */
  readonly expect: Partial<AslResult>;
}

export interface CaseGroup {
  readonly topic: string;
  /** Where the expected results come from. */
  readonly source: string;
  readonly cases: readonly TableCase[];
}

export function machine(states: States, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

export const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } };
export const invokeWithToken = {
  ...invoke,
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
};
export const payload = { Output: '{% $states.result.Payload %}' };

export function succeeded(output: unknown, more: Partial<AslResult> = {}): Partial<AslResult> {
  return { status: 'SUCCEEDED', output, error: null, ...more };
}

export function failed(error: string | null, more: Partial<AslResult> = {}): Partial<AslResult> {
  return { status: 'FAILED', output: null, error, ...more };
}
