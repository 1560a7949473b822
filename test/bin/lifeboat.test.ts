import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

describe('lifeboat as a process', () => {
  test('rehearses nothing in a node that can’t run the functions, and says how to start it', async () => {
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, ['bin/lifeboat.ts', 'rehearse'], (error, _stdout, said) =>
        resolve({ code: error?.code ?? 0, stderr: said }),
      );
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--experimental-vm-modules: start it as npx lifeboat rehearse/);
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
