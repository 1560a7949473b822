import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface WrittenStack {
  readonly name: string;
  readonly template: object;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  /** S3 key → source, as the asset manifest has it. */
  readonly assets?: Readonly<Record<string, { path: string; packaging: 'file' | 'zip' }>>;
}

/** Writes a cloud assembly as `cdk synth` would, and gives its folder. */
export function writeAssembly(stacks: readonly WrittenStack[], files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  const artifacts: Record<string, object> = {};
  for (const { name, template, environment = 'aws://unknown-account/eu-west-1', dependencies = [], assets } of stacks) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
    const own = assets === undefined ? [] : [`${name}.assets`];
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment,
      properties: { templateFile: `${name}.template.json` },
      dependencies: [...dependencies, ...own],
    };
    if (assets === undefined) continue;
    const entries = Object.entries(assets).map(([objectKey, source]) => [
      objectKey,
      { source, destinations: { current: { bucketName: 'b', objectKey } } },
    ]);
    writeFileSync(join(folder, `${name}.assets.json`), JSON.stringify({ files: Object.fromEntries(entries) }));
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
  }
  artifacts.Tree = { type: 'cdk:tree', properties: { file: 'tree.json' } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
