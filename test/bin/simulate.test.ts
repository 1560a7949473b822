import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { registerSimulate } from '../../bin/commands/simulate.ts';
import { runVerb } from './run-verb.ts';

const bank = ['-f', 'examples/bank/lifeboat.yaml'];
const folder = mkdtempSync(join(tmpdir(), 'lifeboat-simulate-'));

function simulate(...args: string[]) {
  const flags = ['--no-warnings', 'bin/lifeboat.ts', 'simulate', ...bank];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('lifeboat simulate', () => {
  test('rehearses every seed, keeps each result, and goes on where it stopped', () => {
    const results = join(folder, 'runs.jsonl');
    const first = simulate('blip', '--seeds', '1..2', '--jobs', '2', '--results', results, '--json');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    const [blip] = JSON.parse(first.stdout).scenarios;
    expect(blip).toMatchObject({ scenario: 'blip', expected: 'held', seeds: 2, asExpected: 2, brokenInvariants: 0 });
    const lines = readFileSync(results, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);

    // What a killed process left half counts for nothing, and what is there isn't rehearsed again.
    writeFileSync(results, `${lines[0]}\n${lines[1]!.replace('"ok":true', '"ok":false')}\n${lines[2]}\n`);
    appendFileSync(results, '{"scenario":"bl');
    const second = simulate('blip', '--seeds', '1..2', '--results', results);
    expect(second.status).toBe(1);
    expect(second.stdout).toMatch(/blip +held +1 of 2/);
    expect(second.stdout).toMatch(/--seed \d: held/);
  }, 120_000);

  test.each<[string, string[], string]>([
    ['a range that runs backwards', ['--seeds', '3..1'], '--seeds 3..1: write it like 1..100'],
    ['a range of three', ['--seeds', '1..2..3'], '--seeds 1..2..3'],
    ['a seed that is no number', ['--seeds', '1..x'], '--seeds x: must be a whole number'],
    ['more seeds than a lifetime has', ['--seeds', '0..1000000'], 'at most 1000000'],
    ['no jobs', ['--jobs', '0'], '--jobs 0: must be a whole number from 1 to 64'],
    ['a scenario that does not exist', ['blipp'], 'did you mean blip?'],
    ['results of something else', ['--results', resultsOfSomethingElse()], 'name a new file'],
    ['results that can not be kept', ['--results', join(folder, 'none', 'r.jsonl')], "it can't be written"],
    ['a folder for results', ['--results', folder], "it can't be read"],
  ])('refuses %s', async (_what, args, message) => {
    const ending = await runVerb(registerSimulate, ['simulate', ...bank, ...args]);
    expect(ending.exitCode).toBe(2);
    expect(ending.stderr).toContain(message);
  });
});

function resultsOfSomethingElse(): string {
  const file = join(folder, 'other.jsonl');
  writeFileSync(file, '{"of":"something else"}\n');
  return file;
}
