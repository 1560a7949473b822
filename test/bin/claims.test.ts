import { execFile } from 'node:child_process';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

function claims(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--no-warnings', 'bin/lifeboat.ts', 'claims', ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('lifeboat claims', () => {
  test('lists every rule with its source and ends with the counts', async () => {
    const { code, stdout } = await claims();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}dynamodb\.conditional-write: .*\n {4}https:\/\/docs\.aws\.amazon\.com\/.*\n {4}cases: dynamodb\/put-if-absent/m,
    );
    expect(stdout).toContain('    Reads of DynamoDB Local are consistent');
    expect(stdout).toMatch(/^ {2}lambda\.idle-end: .*\n {4}no source: unverified$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ claims: \d+ with a source, \d+ without; \d+ held by/);
  });

  test('lists what nobody backs alone, and counts all', async () => {
    const { stdout } = await claims('--unverified', '--json');
    const { counts, claims: listed } = JSON.parse(stdout) as {
      counts: { claims: number; withSource: number; withoutSource: number };
      claims: { id: string; source: string | null }[];
    };
    expect(listed.map(({ id }) => id)).toContain('kubernetes.image-pull');
    expect(listed.filter(({ source }) => source !== null)).toEqual([]);
    expect(listed).toHaveLength(counts.withoutSource);
    expect(counts.claims).toBe(counts.withSource + counts.withoutSource);
  });
});
