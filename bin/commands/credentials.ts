import type { AwsCredentialIdentity } from '@smithy/types';
import { InputError } from '../../lib/plan/input-error.ts';

/** Credentials of whoever asks: the SDK's default chain, as every AWS tool has it. InputError where there are none. */
export async function signedIn(config: {
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}): Promise<AwsCredentialIdentity> {
  return config.credentials().catch((error: unknown) => {
    throw new InputError(`no AWS credentials: ${textOf(error)}. Sign in first (aws sso login, or AWS_PROFILE)`);
  });
}

export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
