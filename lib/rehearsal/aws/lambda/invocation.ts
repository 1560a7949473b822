import type { FunctionError } from './runtime/lambda-context.ts';

/** How one run of a function ended. */
export type InvocationResult = { readonly payload: string } | { readonly error: FunctionError };

/** Concurrency is used up; nothing ran. */
export const throttled = Symbol('throttled');

/** The payload of a failed invocation, as Lambda returns it beside `FunctionError`. */
export function errorPayload(error: FunctionError): string {
  return JSON.stringify({
    errorType: error.errorType,
    errorMessage: error.errorMessage,
    ...(error.trace.length > 0 ? { trace: error.trace } : {}),
  });
}
