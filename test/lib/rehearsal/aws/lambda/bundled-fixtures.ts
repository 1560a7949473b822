import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles functions of test/fixtures/functions as lib/infra/bundle.ts does; folders by name. */
export function bundleFixtures<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string>> {
  const outdir = mkdtempSync(join(tmpdir(), 'functions-'));
  buildSync({
    entryPoints: names.map((name) => ({ in: `test/fixtures/functions/${name}.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire as fixtureRequire } from 'node:module'; const require = fixtureRequire(import.meta.url);",
    },
  });
  return Object.fromEntries(names.map((name) => [name, join(outdir, name)])) as Record<Name, string>;
}
