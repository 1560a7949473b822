import type { Bundle } from './runtime/bundle.ts';
import type { Mount } from './runtime/read-only-files.ts';

/** A function as its template declares it. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  readonly roleArn: string;
  readonly handlerName: string;
  readonly bundle: Bundle;
  readonly mounts: readonly Mount[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly architecture: 'arm64' | 'x64';
  readonly reservedConcurrency: number | undefined;
  readonly deadLetterArn: string | undefined;
}

/** What Lambda does with asynchronous events of a function. */
export interface AsyncConfiguration {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn: string | undefined;
  readonly onSuccessArn: string | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: two retries, six hours. */
export const defaultAsyncConfiguration: AsyncConfiguration = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 21_600,
  onFailureArn: undefined,
  onSuccessArn: undefined,
};
