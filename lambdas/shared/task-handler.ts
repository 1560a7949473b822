import middy from '@middy/core';
import type { z } from 'zod';
import { type Contract, type EnvironmentOf, type InputOf, type OutputOf, warmUpEvent } from './contract.ts';
import { ContractViolationError, DependencyUnavailableError, LifeboatError } from './errors.ts';
import { errorFields, functionLog, type Log } from './log.ts';
import { lambdaRuntime, type Runtime } from './runtime.ts';
import { isErrorLike } from './thrown.ts';
import { isTransientFailure } from './transient-failure.ts';

/** What is left of the function's time when the signal fires: enough to log and to answer with an error by name. */
const reserveMs = 500;

/** Added to the dependencies for one invocation. */
export interface Invocation {
  /** Aborts 500 ms before Lambda ends the function. */
  readonly signal: AbortSignal;
}

/** The part of Lambda's context object that the stack uses. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

export type Logic<C extends Contract, Dependencies> = (
  input: InputOf<C>,
  dependencies: Dependencies & Invocation,
) => Promise<OutputOf<C>>;

export type MakeDependencies<C extends Contract, Dependencies> = (
  environment: EnvironmentOf<C>,
  runtime: Runtime,
  log: Log,
) => Dependencies;

/**
 * The one way from a Lambda invocation to logic: environment, input, dependencies (made once per cold start), logic
 * with a signal, output. A warm-up gets as far as the dependencies. Errors leave as errors, so that the state machine's Retry and Catch see their names: what may
 * pass by itself becomes DependencyUnavailableError with the cause, everything else goes through unchanged.
 */
export function taskHandler<C extends Contract, Dependencies extends object>(
  contract: C,
  logic: Logic<C, Dependencies>,
  makeDependencies: MakeDependencies<C, Dependencies>,
  runtime: Runtime = lambdaRuntime(),
  log: Log = functionLog(contract.name),
): (event: unknown, context: LambdaContext) => Promise<OutputOf<C> | undefined> {
  let dependencies: Dependencies | undefined;
  const prepare = (): Dependencies => {
    const environment = () => parse<EnvironmentOf<C>>(contract, 'environment', runtime.variables);
    dependencies ??= makeDependencies(environment(), runtime, log);
    return dependencies;
  };

  const handler = middy<unknown, OutputOf<C>, Error>({
    timeoutEarlyInMillis: reserveMs,
    timeoutEarlyResponse: () => {
      throw new DependencyUnavailableError(`${contract.name} ran out of time: what it waited for did not answer`);
    },
  })
    .onError((request) => {
      const error = classify(contract.name, request.error);
      log.error(`${contract.name} failed`, errorFields(error));
      // Set, not returned: a value returned here would turn the failure into a success.
      request.error = error;
    })
    .handler(async (event: unknown, _context: unknown, { signal }: { signal: AbortSignal }) => {
      const ready = prepare();
      const output = await logic(parse<InputOf<C>>(contract, 'input', event), { ...ready, signal });
      return parse<OutputOf<C>>(contract, 'output', output);
    });

  return async (event, context) => {
    if (!isWarmUp(event)) return handler(event, context);
    prepare();
    return undefined;
  };
}

function isWarmUp(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'warmUp' in event && event.warmUp === warmUpEvent.warmUp;
}

function parse<T>(contract: Contract, part: 'environment' | 'input' | 'output', value: unknown): T {
  const schema: z.ZodType = contract[part];
  const result = schema.safeParse(value);
  // The type of a contract's part is what its schema gives out; TypeScript can't follow that through the generic.
  if (result.success) return result.data as T;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`);
  throw new ContractViolationError(`${part} of ${contract.name} is not as its contract says: ${faults.join('; ')}`);
}

function classify(name: string, error: unknown): Error {
  if (error instanceof LifeboatError) return error;
  if (!isErrorLike(error)) return new Error(`${name} failed with a ${typeof error}`, { cause: error });
  if (!isTransientFailure(error)) return error;
  return new DependencyUnavailableError(`${name}: ${error.name}: ${error.message}`, { cause: error });
}
