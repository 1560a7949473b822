import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

describe('lifeboat as a process', () => {
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
