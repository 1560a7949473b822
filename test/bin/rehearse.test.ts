import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { scenarios } from '../../lib/rehearsal/scenarios/scenarios.ts';

const flags = ['--experimental-vm-modules', '--no-warnings', 'bin/lifeboat.ts', 'rehearse'];
const bank = ['-f', 'examples/bank/lifeboat.yaml'];
const folder = mkdtempSync(join(tmpdir(), 'lifeboat-rehearse-'));

function rehearse(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}

describe('lifeboat rehearse', () => {
  test('--list names every scenario with what is expected of it', () => {
    const { status, stdout } = rehearse('--list', '--json');
    expect(status).toBe(0);
    const listed = JSON.parse(stdout).scenarios;
    const all = scenarios.map(({ name, title, description, expected, amendment }) => {
      return { name, title, description, expected, amendment: amendment ?? null };
    });
    expect(listed).toEqual(all);
    expect(rehearse('--list').stdout).toMatch(/^region-loss +recovered/);
  }, 30_000);

  test('rehearses the example, writes report and trace whole, and prints one JSON document', () => {
    const [report, trace] = [join(folder, 'report.html'), join(folder, 'trace.jsonl')];
    const { status, stdout } = rehearse('region-loss', ...bank, '--json', '--report', report, '--trace', trace);
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ scenario: 'region-loss', seed: 1, outcome: 'recovered', ok: true });
    expect(readFileSync(report, 'utf8')).toContain('Recovered, as expected');
    const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(result.calls.total);
    const services = new Set(lines.map((line) => JSON.parse(line).service));
    for (const service of ['dynamodb', 'eventbridge', 'sfn', 'lambda', 'kubernetes', 'dns', 'http'])
      expect(services).toContain(service);
    expect(readdirSync(folder).filter((name) => name.includes('.part-'))).toEqual([]);
  }, 120_000);

  test.each<[string, string[], string]>([
    ['a scenario that does not exist', ['region-los', ...bank], 'did you mean region-loss?'],
    ['a plan that does not exist', ['-f', join(folder, 'none.yaml')], 'there is no such file'],
    ['a seed that is no number', [...bank, '--seed', 'x'], '--seed x'],
    ['a report that can not be written', [...bank, '--report', join(folder, 'none', 'r.html')], '--report'],
    ['workloads that are not there', [...bank, '--workloads', join(folder, 'none')], 'there is no folder'],
    ['templates that are not there', [...bank, '--templates', join(folder, 'none')], 'does not exist'],
  ])(
    'refuses %s with a sentence and exit code 2',
    (_what, args, message) => {
      const { status, stdout, stderr } = rehearse(...args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
    },
    60_000,
  );

  test('wants the workloads named where there are none beside the plan', () => {
    const alone = mkdtempSync(join(tmpdir(), 'lifeboat-plan-'));
    cpSync('examples/bank/lifeboat.yaml', join(alone, 'lifeboat.yaml'));
    expect(rehearse('-f', join(alone, 'lifeboat.yaml'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--workloads DIR'),
    });
  }, 30_000);

  test('leaves nothing behind when it is interrupted', async () => {
    const report = join(folder, 'interrupted.html');
    writeFileSync(report, 'the report before');
    const child = spawn(process.execPath, [...flags, ...bank, '--report', report, '--trace', join(folder, 'i.jsonl')]);
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    while (!existsSync(join(folder, `i.jsonl.part-${child.pid}`)))
      await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(errors).toContain('interrupted, nothing was written');
    expect(readFileSync(report, 'utf8')).toBe('the report before');
    expect(readdirSync(folder).filter((name) => name.startsWith('i.jsonl') || name.includes('.part-'))).toEqual([]);
  }, 60_000);
});
