import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const project = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(project, 'docs')).map((name) => `docs/${name}`)];

/** Commands of a page: lines of its `sh` blocks and what stands between backquotes, without comments. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(project, page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.matchAll(/`((?:npx|npm) [^`]*)`/g)].map(([, command = '']) => command);
  return [...blocks, ...inline].map((line) => line.replace(/\s+#.*$/, '').trim()).filter((line) => line !== '');
}

const commands = [...new Set(pages.filter((page) => page.endsWith('.md')).flatMap((page) => commandsOf(page)))].sort();

/** What needs an account, or what CI runs anyway. */
const notRunHere: readonly (readonly [RegExp, string])[] = [
  [/^npx cdk (bootstrap|deploy|destroy) /, 'needs an account'],
  [/^npx lifeboat (status|failover|approve|abort)\b/, 'needs a deployed estate'],
  [/^npm (ci|start|test)\b/, 'CI does'],
  [/^\.ci\/run$/, 'CI is it'],
  [/^npm run /, 'takes minutes'],
  [/^npx lifeboat simulate/, 'takes minutes: test/examples/bank-scenarios.test.ts'],
];

const verbs = new Set(
  commands.flatMap((command) => /^npx lifeboat (\w+)/.exec(command)?.[1] ?? []).filter((verb) => verb !== 'asl'),
);

describe('each command in the documents', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeboat-docs-'));
    cpSync(join(project, 'examples/bank'), join(folder, 'bank'), { recursive: true });
    cpSync(join(project, 'examples/bank/lifeboat.yaml'), join(folder, 'lifeboat.yaml'));
    symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (program: string, args: readonly string[]) =>
    spawnSync(process.execPath, ['--no-warnings', join(project, program), ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
    });

  test('is known to this test, and there are some', () => {
    expect(commands.length).toBeGreaterThan(15);
    const strange = commands.filter(
      (command) =>
        !notRunHere.some(([pattern]) => pattern.test(command)) && !/^npx (lifeboat|cdk synth)\b/.test(command),
    );
    expect(strange).toEqual([]);
  });

  test.each([...verbs])('names a verb and options that there are: %s', (verb) => {
    const { status, stdout } = run('bin/lifeboat.ts', [verb, '--help']);
    expect([status, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining(`lifeboat ${verb}`)]);
    const options = commands
      .filter((command) => command.startsWith(`npx lifeboat ${verb} `))
      .flatMap((command) => command.match(/(?<= )--?[a-z][\w-]*/g) ?? []);
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  });

  const offline = commands.filter(
    (command) => command.startsWith('npx lifeboat ') && !notRunHere.some(([pattern]) => pattern.test(command)),
  );

  test.each(offline.filter((command) => !/…|--templates/.test(command)))(
    'runs: %s',
    (command) => {
      const given = command.replace('npx lifeboat ', '').replace('path/to/manifests', 'bank/workloads').split(/\s+/);
      const [verb] = given;
      // A draft overwrites nothing; and without its folder of manifests beside the plan a rehearsal has nothing to run.
      if (verb === 'init') rmSync(join(folder, 'lifeboat.yaml'), { force: true });
      const needsWorkloads = verb === 'rehearse' && !given.includes('--list') && !given.includes('--workloads');
      const args = needsWorkloads ? [...given, '--workloads', 'bank/workloads'] : given;
      const { status, stderr } = run('bin/lifeboat.ts', args);
      if (verb === 'init') {
        expect(existsSync(join(folder, 'lifeboat.yaml'))).toBe(true);
        cpSync(join(folder, 'bank/lifeboat.yaml'), join(folder, 'lifeboat.yaml'));
      }
      expect([status, stderr]).toEqual([0, expect.any(String)]);
    },
    120_000,
  );
});
