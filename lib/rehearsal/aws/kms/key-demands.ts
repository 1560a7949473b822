import type { IamDemand, ServiceCall } from '../service.ts';
import type { KeyHandle } from './key-directory.ts';

export interface KeyUse {
  readonly call: ServiceCall;
  /** Service that uses the key for the caller: `sns`. */
  readonly via: string;
  readonly actions: readonly string[];
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/** What a caller must be allowed on a key that a service uses on the caller's behalf; nothing without a key. */
export function keyDemands(key: KeyHandle | undefined, use: KeyUse): IamDemand[] {
  if (key === undefined) return [];
  const { call, via } = use;
  const context: Record<string, string | readonly string[]> = {
    'kms:ViaService': `${via}.${call.region}.amazonaws.com`,
    'kms:CallerAccount': call.caller.accountId,
    'kms:ResourceAliases': key.aliases(),
  };
  for (const [name, value] of Object.entries(use.encryptionContext)) context[`kms:EncryptionContext:${name}`] = value;
  return use.actions.map((action) => ({ action, resource: key.keyArn, context }));
}
