import * as nodeCrypto from 'node:crypto';
import type { RandomStream } from '../../../../kernel/random-stream.ts';
import { oneShotHash, oneShotHmac } from './one-shot-digest.ts';
import { completed, refused } from './refusing.ts';

type View = NodeJS.ArrayBufferView;

/** The Web Crypto object: random values from the seed; `subtle` works on the thread pool and is refused. */
export function virtualWebCrypto(random: RandomStream): object {
  return {
    getRandomValues: <T extends View>(view: T): T => fill(random, view),
    randomUUID: () => random.uuid(),
    subtle: new Proxy({}, { get: (_target, name) => refused(`crypto.subtle.${String(name)}`) }),
  };
}

/** node:crypto: what is synchronous and deterministic is real, what is random comes from the seed, the rest is refused. */
export function cryptoModule(random: RandomStream): Record<string, unknown> {
  const randomBytes = (size: number, callback?: (error: null, bytes: Buffer) => void): Buffer | undefined => {
    const bytes = Buffer.from(random.bytes(size));
    if (callback === undefined) return bytes;
    process.nextTick(callback, null, bytes);
    return undefined;
  };
  const { hash, timingSafeEqual, getHashes, getCiphers } = nodeCrypto;
  const { createPublicKey, createPrivateKey, createSecretKey, createVerify, verify, X509Certificate } = nodeCrypto;
  const { createCipheriv, createDecipheriv, pbkdf2Sync, scryptSync, hkdfSync, Hash, Hmac, KeyObject } = nodeCrypto;
  return completed('crypto', nodeCrypto, {
    ...{ createHash: oneShotHash, createHmac: oneShotHmac, hash, timingSafeEqual, getHashes, getCiphers },
    ...{ createPublicKey, createPrivateKey, createSecretKey, createVerify, verify, X509Certificate },
    ...{ createCipheriv, createDecipheriv, pbkdf2Sync, scryptSync, hkdfSync, Hash, Hmac, KeyObject },
    randomBytes,
    randomFillSync: <T extends View>(view: T): T => fill(random, view),
    randomInt: (low: number, high?: number) =>
      high === undefined ? random.integer(0, low - 1) : random.integer(low, high - 1),
    randomUUID: () => random.uuid(),
    getRandomValues: <T extends View>(view: T): T => fill(random, view),
    webcrypto: virtualWebCrypto(random),
    constants: nodeCrypto.constants,
  });
}

function fill<T extends View>(random: RandomStream, view: T): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(random.bytes(view.byteLength));
  return view;
}
