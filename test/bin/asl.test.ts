import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(30_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function lifeboat(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const flags = ['--experimental-vm-modules', '--no-warnings', 'bin/lifeboat.ts'];
    execFile(process.execPath, [...flags, ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
      Retry: [{ ErrorEquals: ['E'] }],
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};
const good = { name: 'good', definition, input: { a: 1 }, lambda: { f: [{ error: 'E', message: 'm' }, { ok: 2 }] } };

describe('asl run', () => {
  test('prints one line of JSON per case, of all files in order', async () => {
    const many = await file('many.json', [good, { ...good, name: 'second', lambda: {} }]);
    const single = await file('single.json', { ...good, name: 'third' });

    const { code, stdout } = await lifeboat('asl', 'run', many, single, '--json');

    expect(code).toBe(0);
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(results.map(({ name }) => name)).toEqual(['good', 'second', 'third']);
    expect(results[0]).toEqual({
      name: 'good',
      status: 'SUCCEEDED',
      output: 2,
      error: null,
      cause: null,
      states: ['Call'],
      waits: [{ retry: 1 }],
      calls: [
        { function: 'f', payload: { a: 1 } },
        { function: 'f', payload: { a: 1 } },
      ],
    });
  });

  test('tells a person status and states', async () => {
    const { code, stdout } = await lifeboat('asl', 'run', await file('one.json', [good, { ...good, lambda: {} }]));
    expect(code).toBe(0);
    expect(stdout).toContain('good: SUCCEEDED 2\n  states Call');
    expect(stdout).toContain('good: FAILED Lambda.ResourceNotFoundException');
  });

  test('a definition that the runner does not run ends with 2, after the other cases', async () => {
    const path = await file('refused.json', [{ ...good, name: 'bad', definition: { StartAt: 'A', States: {} } }, good]);
    const { code, stdout, stderr } = await lifeboat('asl', 'run', path, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'good', status: 'SUCCEEDED' });
    expect(stderr).toContain('bad: definition');
  });

  test('a file that can not be read ends with 2, after the cases of the others', async () => {
    const first = await file('first.json', { ...good, name: 'first' });
    const broken = await file('middle.json', [good, { name: 'x' }]);
    const last = await file('last.json', { ...good, name: 'last' });
    const { code, stdout, stderr } = await lifeboat('asl', 'run', first, broken, last, '--json');
    expect(code).toBe(2);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(['first', 'last']);
    expect(stderr).toContain('middle.json');
  });

  test.each<[string, object, string]>([
    ['loops', { A: { Type: 'Pass', Next: 'A' } }, 'States.Runtime'],
    ['waits', { A: { Type: 'Wait', Seconds: 99999999, Next: 'A' } }, 'States.'],
    ['computes', { A: { Type: 'Pass', Output: '{% ($f := function($x) { $f($x) }; $f(1)) %}', End: true } }, 'States.'],
  ])('a machine that %s for ever comes to an end', async (_how, states, error) => {
    const machine = { QueryLanguage: 'JSONata', StartAt: 'A', States: states };
    const path = await file('endless.json', [{ name: 'endless', definition: machine, input: {}, lambda: {} }]);
    const { code, stdout } = await lifeboat('asl', 'run', path, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as { status: string; error: string };
    expect(['FAILED', 'TIMED_OUT']).toContain(result.status);
    expect(result.error).toContain(error);
  });

  test.each([
    ['text that is no JSON', '{', 'not JSON'],
    ['a case without a definition', { name: 'x' }, 'definition'],
    ['an answer of no known kind', [{ ...good, lambda: { f: [{ okay: 1 }] } }], '[0].lambda.f.0'],
    ['a number', 5, 'case'],
  ])('%s ends with 2 and a sentence', async (_name, content, told) => {
    const { code, stdout, stderr } = await lifeboat('asl', 'run', await file('wrong.json', content));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('wrong.json');
    expect(stderr).toContain(told);
  });

  test('a file that is not there, and a seed that is no number, end with 2', async () => {
    expect(await lifeboat('asl', 'run', join(folder, 'none.json'))).toMatchObject({ code: 2, stdout: '' });
    expect(await lifeboat('asl', 'run', folder)).toMatchObject({ code: 2, stdout: '' });
    expect(await lifeboat('asl', 'run', await file('g.json', good), '--seed', 'x')).toMatchObject({ code: 2 });
  });
});

describe('asl check', () => {
  test('a legal definition is ok', async () => {
    const { code, stdout } = await lifeboat('asl', 'check', await file('legal.json', definition));
    expect(code).toBe(0);
    expect(stdout).toContain('legal.json: ok');
  });

  test('findings end with 1, as lines and as one JSON document', async () => {
    const broken = await file('broken.json', {
      ...definition,
      States: { Call: { Type: 'Pass', Output: '{% $eval("1") %}', End: true } },
    });
    const lines = await lifeboat('asl', 'check', broken);
    expect(lines.code).toBe(1);
    expect(lines.stdout).toContain('$.States.Call.Output: Step Functions has no $eval');

    const { code, stdout } = await lifeboat('asl', 'check', broken, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      files: [{ file: broken, ok: false, findings: [{ rule: 'no-eval' }] }],
    });
  });

  test('text that is no JSON ends with 2', async () => {
    expect(await lifeboat('asl', 'check', await file('text.json', 'x'))).toMatchObject({ code: 2, stdout: '' });
  });
});
