import { createHash, createHmac, hash } from 'node:crypto';
import { refused } from './refusing.ts';

type Data = string | ArrayBufferView;
type Encoding = 'hex' | 'base64' | 'base64url' | 'latin1' | 'binary';

/** Bytes in a block of the compression function (FIPS 180-4, section 1). */
const sha256BlockBytes = 64;
const innerPad = 0x36;
const outerPad = 0x5c;

/**
 * What `createHash` and `createHmac` give, made in one call at the end: every signature of the SDK takes several, and
 * Node's own objects cost several times more than the digests. As a stream it is refused.
 */
class OneShotDigest {
  readonly #finish: (data: Uint8Array) => Buffer;
  readonly #parts: Buffer[];
  #isFinal = false;
  readonly pipe = refused('node:crypto Hash.pipe');
  readonly write = refused('node:crypto Hash.write');
  readonly end = refused('node:crypto Hash.end');

  constructor(finish: (data: Uint8Array) => Buffer, parts: Buffer[] = []) {
    this.#finish = finish;
    this.#parts = parts;
  }

  update(data: Data, encoding?: BufferEncoding): this {
    this.#assertOpen();
    // A copy, for the caller may use its buffer for something else before the digest.
    this.#parts.push(typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(bytesOf(data)));
    return this;
  }

  digest(encoding?: Encoding): Buffer | string {
    this.#assertOpen();
    this.#isFinal = true;
    const [first, ...rest] = this.#parts;
    const whole = rest.length === 0 && first !== undefined ? first : Buffer.concat(this.#parts);
    const digest = this.#finish(whole);
    return encoding === undefined ? digest : digest.toString(encoding);
  }

  copy(): OneShotDigest {
    this.#assertOpen();
    return new OneShotDigest(this.#finish, [...this.#parts]);
  }

  /** https://nodejs.org/api/errors.html#err_crypto_hash_finalized */
  #assertOpen(): void {
    if (this.#isFinal) throw Object.assign(new Error('Digest already called'), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
  }
}

/** `crypto.createHash`; algorithms beside SHA-256 and all options are Node's own. */
export function oneShotHash(algorithm: string, ...rest: unknown[]): unknown {
  if (algorithm !== 'sha256' || rest[0] !== undefined)
    return Reflect.apply(createHash, undefined, [algorithm, ...rest]);
  return new OneShotDigest(sha256);
}

/** `crypto.createHmac`, the same way. */
export function oneShotHmac(algorithm: string, key: unknown, ...rest: unknown[]): unknown {
  const isPlainKey = typeof key === 'string' || ArrayBuffer.isView(key);
  if (algorithm !== 'sha256' || rest[0] !== undefined || !isPlainKey) {
    return Reflect.apply(createHmac, undefined, [algorithm, key, ...rest]);
  }
  const given = typeof key === 'string' ? Buffer.from(key) : bytesOf(key);
  const block = given.byteLength > sha256BlockBytes ? sha256(given) : given;
  const inner = padded(block, innerPad);
  const outer = padded(block, outerPad);
  // RFC 2104: H(K xor opad, H(K xor ipad, text)).
  return new OneShotDigest((text) => sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, text]))])));
}

function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(sha256BlockBytes, pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}

function sha256(data: Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
