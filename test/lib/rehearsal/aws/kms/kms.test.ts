import { describe, expect, test } from '@jest/globals';
import { KmsService } from '../../../../../lib/rehearsal/aws/kms/kms-service.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';
const KeyPolicy = { Statement: [] };

function kms() {
  const world = new WorldFake();
  const service = new KmsService(world, { access: world.access });
  const key = (properties: Record<string, unknown> = {}, place = region) =>
    provision(service, 'AWS::KMS::Key', { KeyPolicy, EnableKeyRotation: true, ...properties }, place);
  const ask = (operation: string, input: Record<string, unknown>, place = region) =>
    send(service, place, operation, input);
  return { world, service, key, ask };
}
const text = (bytes: unknown) => new TextDecoder().decode(bytes as Uint8Array);
const Plaintext = new TextEncoder().encode('secret');

describe('a key', () => {
  test('is found by id, ARN and alias, in its region only', () => {
    const { service, key } = kms();
    const { ref, attributes } = key();
    const keyArn = attributes.Arn ?? '';
    expect(provision(service, 'AWS::KMS::Alias', { AliasName: 'alias/bank', TargetKeyId: keyArn }, region).ref).toBe(
      'alias/bank',
    );
    for (const id of [ref, keyArn, 'alias/bank', `arn:aws:kms:${region}:${accountId}:alias/bank`])
      expect(service.findKey(region, id)?.keyArn).toBe(keyArn);
    expect(service.findKey(region, ref)?.aliases()).toEqual(['alias/bank']);
    for (const id of [ref, keyArn, 'alias/bank']) expect(service.findKey('us-east-1', id)).toBeUndefined();
    expect(service.findKey(region, 'alias/none')).toBeUndefined();
    expect(() => provision(service, 'AWS::KMS::Alias', { AliasName: 'alias/x', TargetKeyId: 'none' }, region)).toThrow(
      `there is no KMS key none in ${region}`,
    );
  });

  test('has its policy registered', () => {
    const { world, key } = kms();
    expect(world.policies.get(key().attributes.Arn ?? '')).toBe(KeyPolicy);
  });

  test('gives back what it encrypted, under the same context only', () => {
    const { key, ask } = kms();
    const { ref: KeyId, attributes } = key();
    const EncryptionContext = { a: '1', b: '2' };
    const { CiphertextBlob, KeyId: used } = ask('Encrypt', { KeyId, Plaintext, EncryptionContext });
    expect(used).toBe(attributes.Arn);
    expect(text(CiphertextBlob)).not.toContain('secret');
    expect(text(ask('Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } }).Plaintext)).toBe('secret');
    expect(text(ask('Decrypt', { KeyId, CiphertextBlob, EncryptionContext }).Plaintext)).toBe('secret');
    expect(refused(() => ask('Decrypt', { CiphertextBlob })).name).toBe('InvalidCiphertextException');
    expect(refused(() => ask('Decrypt', { CiphertextBlob, EncryptionContext }, 'us-east-1')).name).toBe(
      'InvalidCiphertextException',
    );
    expect(refused(() => ask('Decrypt', { KeyId: key().ref, CiphertextBlob, EncryptionContext })).name).toBe(
      'IncorrectKeyException',
    );
    expect(refused(() => ask('Decrypt', { CiphertextBlob: Plaintext })).name).toBe('InvalidCiphertextException');
  });

  test('makes data keys', () => {
    const { key, ask } = kms();
    const { ref: KeyId } = key();
    const made = ask('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    expect((made.Plaintext as Uint8Array).byteLength).toBe(32);
    expect(ask('Decrypt', { CiphertextBlob: made.CiphertextBlob }).Plaintext).toEqual(made.Plaintext);
    expect((ask('GenerateDataKey', { KeyId, KeySpec: 'AES_128' }).Plaintext as Uint8Array).byteLength).toBe(16);
    expect((ask('GenerateDataKey', { KeyId, NumberOfBytes: 7 }).Plaintext as Uint8Array).byteLength).toBe(7);
  });

  test('refuses what KMS refuses', () => {
    const { key, ask } = kms();
    const { ref: KeyId } = key();
    expect(refused(() => ask('Encrypt', { KeyId, Plaintext: new Uint8Array(4097) })).message).toContain(
      'less than or equal to 4096',
    );
    expect(refused(() => ask('Encrypt', { KeyId: 'none', Plaintext }))).toMatchObject({
      name: 'NotFoundException',
      message: "Key 'none' does not exist",
    });
    expect(refused(() => ask('Encrypt', { KeyId: key({ Enabled: false }).ref, Plaintext })).name).toBe(
      'DisabledException',
    );
    expect(refused(() => ask('ReEncrypt', { KeyId })).name).toBe('UnknownOperationException');
    expect(() => ask('Encrypt', { KeyId, Plaintext, DryRun: true })).toThrow('not simulated: KMS Encrypt DryRun');
    expect(() => key({ MultiRegion: true })).toThrow('not simulated: multi-region keys');
  });

  test('that is disabled encrypts nothing new', () => {
    const { service, key } = kms();
    const { ref } = key({ Enabled: false });
    expect(() => service.findKey(region, ref)).toThrow('is disabled: nothing can be encrypted with it');
  });

  test('demands the action on the key, with its aliases and the context', () => {
    const { service, key } = kms();
    const { ref: KeyId, attributes } = key();
    const call = (operation: string) => ({
      caller: caller(region),
      region,
      operation,
      input: { KeyId, Plaintext, EncryptionContext: { a: '1' } },
    });
    expect(service.demands(call('Encrypt'))).toEqual([
      {
        action: 'kms:Encrypt',
        resource: attributes.Arn,
        context: { 'kms:CallerAccount': accountId, 'kms:ResourceAliases': [], 'kms:EncryptionContext:a': '1' },
      },
    ]);
    expect(() => service.demands(call('ScheduleKeyDeletion'))).toThrow('not simulated: KMS ScheduleKeyDeletion');
  });
});
