import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { cachedAssembly, definitionsChecked } from '../../../lib/rehearsal/assembly-cache.ts';
import { smallPlan } from './small-plan.ts';

let projectDir: string;
let made: number;
beforeEach(() => {
  projectDir = mkdtempSync(join(tmpdir(), 'lifeboat-cache-'));
  made = 0;
});

const assembly = (estate = 'small') =>
  cachedAssembly({
    projectDir,
    plan: smallPlan({ estate }),
    synthesise: async (outDir, bundleDir) => {
      made++;
      mkdirSync(bundleDir, { recursive: true });
      mkdirSync(join(outDir, 'asset.1'));
      writeFileSync(join(outDir, 'manifest.json'), '{"whole": true}');
      writeFileSync(join(outDir, 'asset.1', 'index.mjs'), 'code');
    },
  });

describe('templates that were damaged in the cache', () => {
  test.each<[string, (folder: string) => void]>([
    ['a file is cut short', (folder) => writeFileSync(join(folder, 'manifest.json'), '{"wh')],
    ['a bundle is gone', (folder) => rmSync(join(folder, 'asset.1'), { recursive: true })],
    ['everything is gone', (folder) => rmSync(folder, { recursive: true })],
    ['it is a file', (folder) => [rmSync(folder, { recursive: true }), writeFileSync(folder, '')]],
    [
      'it is empty',
      (folder) => [rmSync(folder, { recursive: true }), mkdirSync(folder), writeFileSync(join(folder, 'x'), '')],
    ],
  ])('are made again: %s', async (_what, damage) => {
    const { folder } = await assembly();
    expect((await assembly()).cached).toBe(true);
    damage(folder);
    expect(await assembly()).toEqual({ folder, cached: false });
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe('{"whole": true}');
    expect((await assembly()).cached).toBe(true);
    expect(made).toBe(2);
    expect(readdirSync(join(projectDir, '.lifeboat/cache')).filter((name) => name.startsWith('staging'))).toEqual([]);
  });
});

test('two at once on a cold cache get the same whole templates', async () => {
  const [one, other] = await Promise.all([assembly(), assembly()]);
  expect(one).toEqual(other);
  expect((await assembly()).cached).toBe(true);
});

test('where the cache cannot be written the templates are made in a temporary folder', async () => {
  writeFileSync(join(projectDir, '.lifeboat'), 'a file where the folder should be');
  const { folder, cached, temporary } = await assembly();
  expect(cached).toBe(false);
  expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe('{"whole": true}');
  expect(folder.startsWith(`${temporary}`)).toBe(true);
  rmSync(`${temporary}`, { recursive: true });
});

test('a marker that cannot be written is no failure', () => {
  expect(() => definitionsChecked(projectDir, join(projectDir, 'none')).pass()).not.toThrow();
});

test('the cache does not grow for ever', async () => {
  for (let number = 0; number < 12; number++) await assembly(`small-${number}`);
  const names = readdirSync(join(projectDir, '.lifeboat/cache')).filter((name) => name.startsWith('assembly-'));
  expect(names).toHaveLength(8);
  const { folder, cached } = await assembly('small-11');
  expect([cached, existsSync(folder)]).toEqual([true, true]);
});
