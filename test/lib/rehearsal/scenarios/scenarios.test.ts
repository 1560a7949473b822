import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { scenarioNamed, scenarios } from '../../../../lib/rehearsal/scenarios/scenarios.ts';

describe('scenarios', () => {
  test('have names of their own and faults that lie within their time', () => {
    expect(new Set(scenarios.map((one) => one.name)).size).toBe(scenarios.length);
    for (const { faults, durationSeconds } of scenarios) {
      expect(faults.length).toBeGreaterThan(0);
      for (const { atSeconds } of faults) expect(atSeconds).toBeLessThan(durationSeconds);
    }
  });

  test.each([
    ['region-loss', 'recovered'],
    ['blip', 'held'],
    ['one-signal', 'held'],
    ['no-capacity', 'held'],
    ['crowded-api', 'recovered'],
    ['twice', 'recovered'],
    ['control-plane-down', 'recovered'],
    ['stale-actor', 'recovered'],
    ['stopped-by-hand', 'held'],
    ['aborted', 'held'],
    ['aborted-yield', 'held'],
    ['needs-approval', 'recovered'],
    ['approval-expired', 'held'],
  ])('%s is expected to be %s', (name, expected) => expect(scenarioNamed(name).expected).toBe(expected));

  test('are found by the nearest name when one is misspelt', () => {
    expect(() => scenarioNamed('region-los')).toThrow(InputError);
    expect(() => scenarioNamed('region-los')).toThrow('did you mean region-loss?');
    expect(() => scenarioNamed('earthquake')).not.toThrow('did you mean');
    expect(() => scenarioNamed('earthquake')).toThrow('no scenario earthquake');
  });
});
