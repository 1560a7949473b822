import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { expect, test } from '@jest/globals';
import { CodeCache } from '../../../../../../lib/rehearsal/aws/lambda/runtime/code-cache.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'lifeboat-code-'));
const source = Buffer.from('import a from "a"');
const compiled = {
  text: '(a script, é and 𝒳)',
  requests: [{ specifier: 'a', names: [['default', 'a']] }],
  code: Buffer.from('compiled code'),
} as const;

test('a script and its code come back as they were written, and only for their own module', () => {
  const cache = new CodeCache(join(folder(), 'deep', 'code'));
  expect(cache.read(source)).toBeUndefined();
  cache.write(source, compiled);
  expect(cache.read(source)).toEqual(compiled);
  expect(cache.read(Buffer.from('other'))).toBeUndefined();
});

test.each<[string, (content: Buffer) => Buffer]>([
  ['cut short', (content) => content.subarray(0, content.length - 3)],
  ['empty', () => Buffer.alloc(0)],
  ['changed by a bit', (content) => content.fill(0x41, content.length - 2)],
])('a file that is %s is no code: V8 would run it unseen', (_what, damaged) => {
  const place = folder();
  const cache = new CodeCache(place);
  cache.write(source, compiled);
  const file = join(place, readdirSync(place)[0] ?? '');
  writeFileSync(file, damaged(readFileSync(file)));
  expect(cache.read(source)).toBeUndefined();
  cache.write(source, compiled);
  expect(cache.read(source)).toEqual(compiled);
});

test('is of this compiler alone: another one, or other flags, would refuse the code and make it again each time', () => {
  const place = folder();
  new CodeCache(place).write(source, compiled);
  const tag = cachedDataVersionTag().toString(16);
  expect(readdirSync(place)).toEqual([expect.stringMatching(`^${tag}-`)]);
});

test('the oldest files of many make room for a new one', () => {
  const place = folder();
  for (let number = 0; number < 130; number++) {
    writeFileSync(join(place, `${number}`), '');
    utimesSync(join(place, `${number}`), number, number);
  }
  const cache = new CodeCache(place);
  cache.write(source, compiled);
  expect(cache.read(source)).toEqual(compiled);
  const left = readdirSync(place);
  expect(left.length).toBeLessThanOrEqual(120);
  expect([left.includes('0'), left.includes('129')]).toEqual([false, true]);
});

test('a folder that cannot be written costs time and nothing else', () => {
  const place = join(folder(), 'file');
  writeFileSync(place, '');
  const cache = new CodeCache(join(place, 'code'));
  cache.write(source, compiled);
  expect(cache.read(source)).toBeUndefined();
});
