import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { bundleHandlers, handlersOf } from '../../../lib/infra/bundle.ts';
import { InputError } from '../../../lib/plan/input-error.ts';

/** A checkout of its own with two functions that share a module. */
function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'lifeboat-project-'));
  for (const name of ['greet-world', 'leave-world']) {
    mkdirSync(join(root, 'lambdas', name), { recursive: true });
    writeFileSync(
      join(root, 'lambdas', name, 'handler.ts'),
      `import { word } from '../shared/word.ts';\nexport const handler = () => word + '${name}';\n`,
    );
  }
  mkdirSync(join(root, 'lambdas', 'shared'));
  writeFileSync(join(root, 'lambdas', 'shared', 'word.ts'), "export const word = 'first';\n");
  writeFileSync(join(root, 'package-lock.json'), '{}');
  return root;
}

function read(folder: string | undefined): string {
  return readFileSync(join(folder!, 'index.mjs'), 'utf8');
}

describe('bundling', () => {
  test('makes one ES module for each function that has a handler', async () => {
    const projectDir = project();
    const bundles = await bundleHandlers({ projectDir });
    expect(Object.keys(bundles)).toEqual(['greet-world', 'leave-world']);
    const { handler } = (await import(join(bundles['greet-world']!, 'index.mjs'))) as { handler: () => string };
    expect(handler()).toBe('firstgreet-world');
  });

  test('gives the same bytes wherever the checkout lies', async () => {
    const first = project();
    const second = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    cpSync(first, second, { recursive: true });
    const one = await bundleHandlers({ projectDir: first });
    const other = await bundleHandlers({ projectDir: second });
    expect(read(other['greet-world'])).toBe(read(one['greet-world']));
    expect(read(one['greet-world'])).not.toContain(first);
  });

  test('is not done again while nothing has changed', async () => {
    const projectDir = project();
    const file = join((await bundleHandlers({ projectDir }))['greet-world']!, 'index.mjs');
    const { ino } = statSync(file);
    expect((await bundleHandlers({ projectDir }))['greet-world']).toBe(dirname(file));
    expect(statSync(file).ino).toBe(ino);
  });

  test.each<[string, (cacheDir: string, bundle: string) => void]>([
    ['a bundle is cut short', (_cacheDir, bundle) => writeFileSync(bundle, 'var d=')],
    ['a bundle is gone', (_cacheDir, bundle) => rmSync(bundle)],
    [
      'the record is cut short',
      (cacheDir) => {
        const record = readdirSync(cacheDir).find((name) => name.startsWith('inputs-'))!;
        writeFileSync(join(cacheDir, record), '{"inp');
      },
    ],
  ])('is done again when its cache was damaged: %s', async (_what, damage) => {
    const projectDir = project();
    const cacheDir = mkdtempSync(join(tmpdir(), 'lifeboat-bundles-'));
    const first = await bundleHandlers({ projectDir, cacheDir });
    const whole = read(first['greet-world']);
    damage(cacheDir, join(first['greet-world']!, 'index.mjs'));
    expect(read((await bundleHandlers({ projectDir, cacheDir }))['greet-world'])).toBe(whole);
    expect(existsSync(join(projectDir, '.lifeboat'))).toBe(false);
  });

  test.each([
    ['a module that handlers share', 'lambdas/shared/word.ts', "export const word = 'second';\n"],
    ['the lock file', 'package-lock.json', '{"lockfileVersion": 3}'],
  ])('is done again when %s changes', async (_, file, content) => {
    const projectDir = project();
    const before = await bundleHandlers({ projectDir });
    writeFileSync(join(projectDir, file), content);
    const after = await bundleHandlers({ projectDir });
    expect(after['greet-world']).not.toBe(before['greet-world']);
    if (file.endsWith('.ts')) expect(read(after['greet-world'])).toContain('second');
  });

  test('survives two processes that do it at the same time and leaves no staging behind', async () => {
    const projectDir = project();
    const [one, other] = await Promise.all([bundleHandlers({ projectDir }), bundleHandlers({ projectDir })]);
    expect(one).toEqual(other);
    const left = readdirSync(join(projectDir, '.lifeboat', 'cache', 'bundles'));
    expect(left.filter((name) => name.startsWith('staging-'))).toEqual([]);
  });

  test('copies to a folder where one is named', async () => {
    const outDir = mkdtempSync(join(tmpdir(), 'lifeboat-out-'));
    const bundles = await bundleHandlers({ projectDir: project(), entries: ['leave-world'], outDir });
    expect(bundles).toEqual({ 'leave-world': join(outDir, 'leave-world') });
    expect(existsSync(join(outDir, 'leave-world', 'index.mjs'))).toBe(true);
  });

  test('names the handler that is missing', async () => {
    const wanted = bundleHandlers({ projectDir: project(), entries: ['greet-world', 'feed-cat'] });
    await expect(wanted).rejects.toThrow(InputError);
    await expect(wanted).rejects.toThrow('lambdas/feed-cat/handler.ts is missing');
  });

  test('names the place of a mistake in a handler', async () => {
    const projectDir = project();
    writeFileSync(join(projectDir, 'lambdas', 'greet-world', 'handler.ts'), 'export const handler = (;\n');
    await expect(bundleHandlers({ projectDir })).rejects.toThrow(/greet-world\/handler\.ts:1:24/);
  });
});

describe('the functions of this checkout', () => {
  /** Cold starts grow with it. */
  const limitBytes = 1_000_000;
  const kubernetesLimitBytes = 2_500_000;
  const withKubernetes = [
    'capture-replicas',
    'gate-ingress',
    'prewarm-standby',
    'recover-applications',
    'take-back-prewarm',
  ];
  let bundles: Record<string, string> = {};

  beforeAll(async () => {
    bundles = await bundleHandlers();
  }, 60_000);

  test('all have a handler', () => {
    const folders = readdirSync('lambdas').filter((name) => name !== 'shared');
    expect(handlersOf()).toEqual(folders.sort());
  });

  test('stay small', () => {
    for (const [name, folder] of Object.entries(bundles)) {
      const limit = withKubernetes.includes(name) ? kubernetesLimitBytes : limitBytes;
      const { size } = statSync(join(folder, 'index.mjs'));
      expect([name, size > limit ? size : 'small enough']).toEqual([name, 'small enough']);
    }
  });

  test('know nothing of the machine that bundled them', () => {
    for (const folder of Object.values(bundles)) expect(read(folder)).not.toContain(process.cwd());
  });
});
