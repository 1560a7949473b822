import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

describe('lifeboat as a process', () => {
  test('gets the same flags of Node from a shell and from npm', () => {
    const [firstLine = ''] = readFileSync('bin/lifeboat.ts', 'utf8').split('\n');
    const flags = firstLine.match(/--\S+/g) ?? [];
    expect(flags.length).toBeGreaterThan(0);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    for (const name of ['start', 'bench']) expect(scripts[name]).toContain(`node ${flags.join(' ')} `);
  });

  test('is content when nobody reads its output to the end', async () => {
    const flags = ['--experimental-vm-modules', '--no-warnings'];
    const child = spawn(process.execPath, [...flags, 'bin/lifeboat.ts', 'rehearse', '--list']);
    child.stdout.destroy();
    const [said, code] = await Promise.all([
      text(child.stderr),
      new Promise((resolve) => {
        child.once('exit', resolve);
      }),
    ]);
    expect(said).toBe('');
    expect(code).toBe(0);
  });
});
