import type { z } from 'zod';

/** What a function takes, gives and needs. The infrastructure types the function's environment by it. */
export interface Contract<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Environment extends z.ZodObject = z.ZodObject,
> {
  /** verb-noun, as the folder. */
  readonly name: string;
  readonly input: Input;
  readonly output: Output;
  readonly environment: Environment;
}

export function defineContract<Input extends z.ZodType, Output extends z.ZodType, Environment extends z.ZodObject>(
  contract: Contract<Input, Output, Environment>,
): Contract<Input, Output, Environment> {
  return contract;
}

export type InputOf<C extends Contract> = z.infer<C['input']>;
export type OutputOf<C extends Contract> = z.infer<C['output']>;
export type EnvironmentOf<C extends Contract> = z.infer<C['environment']>;

/** What every function takes beside its contract's input: it starts, makes its clients, and does nothing. */
export const warmUpEvent = { warmUp: true } as const;
