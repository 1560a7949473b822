import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { scenarios } from '../../lib/rehearsal/scenarios/scenarios.ts';

/** Not one of the seeds that scenarios are tuned with. */
const seed = '7';

test('every scenario ends on the bank as the scenario says, with no rule broken', () => {
  const verb = ['--no-warnings', 'bin/lifeboat.ts', 'simulate', '-f', 'examples/bank/lifeboat.yaml'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...verb, '--seeds', seed, '--jobs', '2', '--json'], {
    encoding: 'utf8',
    timeout: 900_000,
  });
  expect(stderr).toBe('');
  const { scenarios: series } = JSON.parse(stdout);
  expect(
    series.flatMap((one: { scenario: string; failed: object[] }) => one.failed.map((run) => [one.scenario, run])),
  ).toEqual([]);
  expect(series.map((one: { scenario: string }) => one.scenario)).toEqual(scenarios.map(({ name }) => name));
  expect(series.filter((one: { brokenInvariants: number }) => one.brokenInvariants > 0)).toEqual([]);
  expect(status).toBe(0);
}, 900_000);
