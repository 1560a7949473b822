import { Logger } from '@aws-lambda-powertools/logger';
import { isErrorLike } from './thrown.ts';

/** Structured log lines. Fields are facts for people: names, counts, times, never payloads, tokens or secrets. */
export interface Log {
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What a log may say of an error: its name and message, and those of its causes. No stack of payloads, no request. */
export function errorFields(error: unknown): LogFields {
  if (!isErrorLike(error)) return { errorName: typeof error };
  const causes: string[] = [];
  // Bounded, because a cause may be its own cause.
  for (let cause = error.cause; isErrorLike(cause) && causes.length < 5; cause = cause.cause) {
    causes.push(`${cause.name}: ${cause.message}`);
  }
  return { errorName: error.name, errorMessage: error.message, causes };
}

/** Lines of JSON that name the function they come from. */
export function functionLog(name: string): Log {
  return new Logger({ serviceName: name });
}
