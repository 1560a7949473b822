import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
import { defineResource } from '../define-resource.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { open, seal, sealedWith } from './cipher.ts';
import type { KeyDirectory, KeyHandle } from './key-directory.ts';

const keyProperties = z.strictObject({
  Description: z.string().optional(),
  Enabled: z.boolean().optional(),
  EnableKeyRotation: z.boolean().optional(),
  RotationPeriodInDays: z.int().min(90).max(2560).optional(),
  KeyPolicy: z.unknown(),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  MultiRegion: z.literal(false, 'not simulated: multi-region keys').optional(),
  PendingWindowInDays: z.int().min(7).max(30).optional(),
  Tags: z.unknown().optional(),
});

const aliasProperties = z.strictObject({ AliasName: z.string().startsWith('alias/'), TargetKeyId: z.string() });

const encryptionContext = z.record(z.string(), z.string()).optional();
const bytes = z.custom<Uint8Array>((value) => ArrayBuffer.isView(value), 'expected bytes');
const encryptInput = z.strictObject({ KeyId: z.string(), Plaintext: bytes, EncryptionContext: encryptionContext });
const decryptInput = z.strictObject({
  KeyId: z.string().optional(),
  CiphertextBlob: bytes,
  EncryptionContext: encryptionContext,
});
const dataKeyInput = z.strictObject({
  KeyId: z.string(),
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.int().min(1).max(1024).optional(),
  EncryptionContext: encryptionContext,
});

const operations: readonly string[] = ['Encrypt', 'Decrypt', 'GenerateDataKey'];
/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const plaintextLimitBytes = 4096;

interface Key extends KeyHandle {
  readonly id: string;
  readonly region: string;
  readonly enabled: boolean;
}

/** KMS symmetric keys of one region each, with aliases. The cipher is real, the secret is not. */
export class KmsService implements AwsService, KeyDirectory {
  readonly name = 'kms';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #access: Access;
  readonly #keys = new Map<string, Key>();
  /** Key ARN by `region/alias/name`. */
  readonly #aliases = new Map<string, string>();

  constructor(parts: WorldParts, options: { readonly access: Access }) {
    this.#parts = parts;
    this.#access = options.access;
    this.resources = [
      defineResource('AWS::KMS::Key', keyProperties, (properties, context) => this.#createKey(properties, context)),
      defineResource('AWS::KMS::Alias', aliasProperties, (properties, { region }) => {
        const key = this.#find(region, properties.TargetKeyId);
        if (key === undefined) {
          throw new InputError(`${properties.AliasName}: there is no KMS key ${properties.TargetKeyId} in ${region}`);
        }
        this.#aliases.set(`${region}/${properties.AliasName}`, key.keyArn);
        return { ref: properties.AliasName, attributes: {} };
      }),
    ];
  }

  findKey(region: string, id: string): KeyHandle | undefined {
    const key = this.#find(region, id);
    if (key?.enabled === false)
      throw new InputError(`KMS key ${key.keyArn} is disabled: nothing can be encrypted with it`);
    return key;
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (!operations.includes(call.operation)) throw unknownOperation('KMS', call.operation);
    const key = this.#keyOf(call);
    const context: Record<string, string | readonly string[]> = {
      'kms:CallerAccount': call.caller.accountId,
      'kms:ResourceAliases': key.aliases(),
    };
    const named = encryptionContext.safeParse(call.input.EncryptionContext).data ?? {};
    for (const [name, value] of Object.entries(named)) context[`kms:EncryptionContext:${name}`] = value;
    return [{ action: `kms:${call.operation}`, resource: key.keyArn, context }];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const key = this.#keyOf(call);
    if (!key.enabled) throw new AwsServiceError('DisabledException', `${key.keyArn} is disabled.`);
    switch (call.operation) {
      case 'Encrypt': {
        const input = parseInput('KMS', call, encryptInput);
        if (input.Plaintext.byteLength > plaintextLimitBytes) {
          throw new AwsServiceError(
            'ValidationException',
            `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to ${plaintextLimitBytes}`,
          );
        }
        return { KeyId: key.keyArn, CiphertextBlob: this.#seal(key, input.EncryptionContext, input.Plaintext) };
      }
      case 'Decrypt': {
        const input = parseInput('KMS', call, decryptInput);
        const plaintext = open(key.keyArn, contextText(input.EncryptionContext), input.CiphertextBlob);
        if (plaintext === undefined) throw invalidCiphertext();
        return { KeyId: key.keyArn, Plaintext: plaintext };
      }
      case 'GenerateDataKey': {
        const input = parseInput('KMS', call, dataKeyInput);
        const length = input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32);
        const plaintext = this.#parts.kernel.random('kms').bytes(length);
        const sealed = this.#seal(key, input.EncryptionContext, plaintext);
        return { KeyId: key.keyArn, Plaintext: plaintext, CiphertextBlob: sealed };
      }
      default:
        throw unknownOperation('KMS', call.operation);
    }
  }

  #seal(key: Key, context: Record<string, string> | undefined, plaintext: Uint8Array): Uint8Array {
    return seal(key.keyArn, contextText(context), this.#parts.kernel.random('kms').bytes(12), plaintext);
  }

  /** The key that a call names, or for Decrypt the one that the ciphertext was made with. */
  #keyOf(call: ServiceCall): Key {
    const named = call.input.KeyId;
    if (call.operation === 'Decrypt') {
      const { CiphertextBlob } = parseInput('KMS', call, decryptInput);
      const key = this.#keys.get(sealedWith(CiphertextBlob) ?? '');
      if (key === undefined || key.region !== call.region) throw invalidCiphertext();
      if (named === undefined || this.#find(call.region, String(named)) === key) return key;
      throw new AwsServiceError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    const key = this.#find(call.region, String(named));
    if (key === undefined) throw new AwsServiceError('NotFoundException', `Key '${String(named)}' does not exist`);
    return key;
  }

  #find(region: string, id: string): Key | undefined {
    const alias = id.slice(id.indexOf('alias/'));
    const arn = id.includes('alias/') ? this.#aliases.get(`${region}/${alias}`) : id;
    return [...this.#keys.values()].find((key) => key.region === region && (key.keyArn === arn || key.id === arn));
  }

  #createKey(properties: z.output<typeof keyProperties>, context: ProvisionContext): Provisioned {
    const { region, accountId } = context;
    const id = this.#parts.kernel.random('kms').uuid();
    const keyArn = `arn:aws:kms:${region}:${accountId}:key/${id}`;
    const aliases = (): string[] =>
      [...this.#aliases].filter(([, arn]) => arn === keyArn).map(([name]) => name.slice(region.length + 1));
    this.#keys.set(keyArn, { id, keyArn, region, enabled: properties.Enabled !== false, aliases });
    this.#access.registerResourcePolicy(keyArn, properties.KeyPolicy);
    return { ref: id, attributes: { Arn: keyArn, KeyId: id } };
  }
}

function contextText(context: Record<string, string> | undefined): string {
  return JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function invalidCiphertext(): AwsServiceError {
  return new AwsServiceError('InvalidCiphertextException', '');
}
