import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const sources = ['lambdas', 'lib/authority', 'lib/cluster', 'lib/detection', 'lib/evidence', 'lib/plan', 'lib/traffic']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.ts'));

test('every error of a function says its name itself, for bundles rename classes', () => {
  const classes = sources.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/^export class (\w+) extends (\w*Error) \{([\s\S]*?)^\}/gm),
  ]);
  expect(classes.map(([, name]) => name)).toEqual(expect.arrayContaining(['LeaseRenewedError', 'ApiServerError']));
  const inherited = new Set(['PlanError']);
  const nameless = classes.filter(([, name, , body]) => !inherited.has(name!) && !body!.includes(`name = '${name}'`));
  expect(nameless.map(([, name]) => name)).toEqual([]);
});
