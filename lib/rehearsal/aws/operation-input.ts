import { type ZodType, z } from 'zod';
import { AwsServiceError, type ServiceCall } from './service.ts';

/** An operation that the world doesn't have. */
export function unknownOperation(service: string, operation: string): AwsServiceError {
  return new AwsServiceError('UnknownOperationException', `not simulated: ${service} ${operation}`);
}

/** A time in an SDK input; a handler's Date is of another realm, so `instanceof` would not know it. */
export const timestamp = z.custom<{ getTime(): number }>(
  (value) => typeof value === 'object' && value !== null && 'getTime' in value,
  'expected a time',
);

/**
 * The call's input by a strict schema. A member that the world doesn't implement ends the rehearsal by name
 * (never ignored); a value of the wrong shape is the service's own ValidationException.
 */
export function parseInput<T>(service: string, call: ServiceCall, schema: ZodType<T>): T {
  const result = schema.safeParse(call.input);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const members = issue.keys.map((key) => [...issue.path, key].join('.')).join(', ');
      throw new Error(`not simulated: ${service} ${call.operation} ${members}`);
    }
  }
  const messages = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AwsServiceError(
    'ValidationException',
    `${messages.length} validation error detected: ${messages.join('; ')}`,
  );
}
