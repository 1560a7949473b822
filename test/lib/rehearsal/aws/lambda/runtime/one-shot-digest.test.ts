import { createHash, createHmac, type Hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  oneShotHash,
  oneShotHmac,
} from '../../../../../../lib/rehearsal/aws/lambda/runtime/modules/one-shot-digest.ts';

const parts = fc.array(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 })), { maxLength: 4 });

test('hashes are what Node makes of the same parts, also of a copy', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const real = createHash('sha256');
      const ours = oneShotHash('sha256') as Hash;
      for (const part of given) {
        real.update(part);
        ours.update(part);
      }
      expect(ours.copy().update('more').digest('base64')).toBe(real.copy().update('more').digest('base64'));
      expect(ours.digest('hex')).toBe(real.digest('hex'));
    }),
  );
});

test('authentication codes are what Node makes of the same key and parts, long keys included', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 })), parts, (key, given) => {
      const real = createHmac('sha256', key);
      const ours = oneShotHmac('sha256', key) as Hash;
      for (const part of given) {
        real.update(part);
        ours.update(part);
      }
      expect(ours.digest()).toEqual(real.digest());
    }),
  );
});

test('bytes count as they were when they were given', () => {
  const bytes = Buffer.from('abc');
  const ours = (oneShotHash('sha256') as Hash).update(bytes);
  bytes.fill(0);
  expect(ours.digest('hex')).toBe(createHash('sha256').update('abc').digest('hex'));
});

test('after the digest nothing more can be had', () => {
  const ours = oneShotHash('sha256') as Hash;
  ours.digest();
  const finalised = expect.objectContaining({ code: 'ERR_CRYPTO_HASH_FINALIZED' });
  for (const act of [() => ours.update('a'), () => ours.digest(), () => ours.copy()]) expect(act).toThrow(finalised);
});

test('a stream of bytes is refused by name, other algorithms are Node’s own', () => {
  expect(() => (oneShotHash('sha256') as Hash).write('a')).toThrow('not simulated: node:crypto Hash.write');
  expect((oneShotHash('md5') as Hash).update('a').digest('hex')).toBe(createHash('md5').update('a').digest('hex'));
  expect((oneShotHmac('sha1', 'key') as Hash).digest('hex')).toBe(createHmac('sha1', 'key').digest('hex'));
});
