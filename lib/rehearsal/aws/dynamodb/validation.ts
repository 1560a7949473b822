import { AwsServiceError } from '../service.ts';

/** The answer to a request that DynamoDB finds malformed, in its own words. */
export function validation(message: string): AwsServiceError {
  return new AwsServiceError('ValidationException', message);
}
