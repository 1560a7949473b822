import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/**
 * Encrypts with a key that is derived from the KMS key's ARN: real authenticated encryption, so a wrong key or context
 * is found, but no secret.
 * @param nonce 12 bytes
 */
export function seal(keyArn: string, context: string, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', secretOf(keyArn), nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const header = Buffer.from(`${keyArn}\n`);
  return new Uint8Array(Buffer.concat([header, nonce, cipher.getAuthTag(), body]));
}

/** ARN of the key that a ciphertext names; undefined if it is none of ours. */
export function sealedWith(ciphertext: Uint8Array): string | undefined {
  const text = Buffer.from(ciphertext);
  const end = text.indexOf('\n');
  return end === -1 ? undefined : text.subarray(0, end).toString();
}

/** Undefined when the ciphertext was changed or another context is given. */
export function open(keyArn: string, context: string, ciphertext: Uint8Array): Uint8Array | undefined {
  const sealed = Buffer.from(ciphertext).subarray(Buffer.byteLength(keyArn) + 1);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secretOf(keyArn), sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(12, 28));
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]));
  } catch {
    return undefined;
  }
}

function secretOf(keyArn: string): Uint8Array {
  return createHash('sha256').update(keyArn).digest();
}
