import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Bundle, Bundles } from '../../../../../../lib/rehearsal/aws/lambda/runtime/bundle.ts';
import { CodeCache } from '../../../../../../lib/rehearsal/aws/lambda/runtime/code-cache.ts';
import { moduleScript } from '../../../../../../lib/rehearsal/aws/lambda/runtime/module-script.ts';

const keyword = Object.assign(async () => undefined, { meta: {} });
const evaluate = (bundle: Bundle, context = vm.createContext()) => bundle.evaluate(context, () => [], keyword);
const newFolder = () => mkdtempSync(join(tmpdir(), 'bundle-'));

function assetOf(source: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'index.mjs'), source);
  return folder;
}

describe('a bundle', () => {
  test('shares nothing between contexts', async () => {
    const bundle = new Bundle(
      Buffer.from('let n=0;globalThis.seen=(globalThis.seen??0)+1;export const next=()=>++n'),
      'file:///b.mjs',
    );
    const [a, b] = [vm.createContext({}), vm.createContext({})];
    const first = (await evaluate(bundle, a)) as { next(): number };
    const second = (await evaluate(bundle, b)) as { next(): number };
    expect([first.next(), first.next(), second.next()]).toEqual([1, 2, 1]);
    expect([a.seen, b.seen]).toEqual([1, 1]);
    expect(first.next.constructor).not.toBe(second.next.constructor);
  });

  test('in a form that the world does not have is named with its file', () => {
    const bundle = new Bundle(Buffer.from('export * from "x"'), 'file:///var/task/index.mjs');
    expect(() => evaluate(bundle)).toThrow(/^file:\/\/\/var\/task\/index\.mjs: not simulated: /);
  });
});

describe('compiled code', () => {
  test('of functions that ran is kept and used by the next process', async () => {
    const folder = join(newFolder(), 'code');
    const source = Buffer.from('export const answer=()=>42;answer()');
    const cache = new CodeCache(folder);
    const first = new Bundle(source, 'file:///b.mjs', cache);
    await evaluate(first);
    expect(readCode(folder)).toEqual([]);
    first.keepCode();
    const kept = readCode(folder);
    expect(kept).toEqual([expect.stringMatching(/^[0-9a-f]+-[0-9a-f]{40}$/)]);

    const second = new Bundle(source, 'file:///b.mjs', new CodeCache(folder));
    expect(await evaluate(second)).toEqual({ answer: expect.any(Function) });
    second.keepCode();
    expect(readCode(folder)).toEqual(kept);
  });

  test('that V8 does not accept is replaced', async () => {
    const folder = newFolder();
    const cache = new CodeCache(folder);
    const source = Buffer.from('export const a="V8 has not seen this text before"');
    cache.write(source, { ...moduleScript(source.toString()), code: Buffer.from('not from V8') });
    const [file = ''] = readCode(folder);
    const bundle = new Bundle(source, 'file:///b.mjs', cache);
    expect(await evaluate(bundle)).toEqual({ a: 'V8 has not seen this text before' });
    bundle.keepCode();
    expect(readCode(folder)).toEqual([file]);
    expect(cache.read(source)?.code.includes('not from V8')).toBe(false);
  });

  test('of an asset that changed is not used: what runs is what the asset holds', async () => {
    const cache = new CodeCache(newFolder());
    const run = async (source: string): Promise<unknown> => {
      const bundles = new Bundles(cache);
      const exports = await evaluate(bundles.load(assetOf(source), 'index'));
      bundles.keepCode();
      return exports;
    };
    expect(await run('export const a=1')).toEqual({ a: 1 });
    expect(await run('export const a=2')).toEqual({ a: 2 });
    expect(await run('export const a=1')).toEqual({ a: 1 });
  });
});

describe('bundles', () => {
  test('are one per asset, and an asset without the handler’s file is refused', () => {
    const bundles = new Bundles();
    const folder = assetOf('export const a=1');
    expect(bundles.load(folder, 'index')).toBe(bundles.load(folder, 'index'));
    mkdirSync(join(folder, 'other.mjs'));
    expect(() => bundles.load(folder, 'other')).toThrow(/has no other\.mjs/);
    bundles.keepCode();
  });
});

function readCode(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
