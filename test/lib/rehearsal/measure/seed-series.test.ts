import { describe, expect, test } from '@jest/globals';
import { type SeedRun, seriesOf } from '../../../../lib/rehearsal/measure/seed-series.ts';
import { seriesText } from '../../../../lib/rehearsal/report/series-text.ts';

function run(members: Partial<SeedRun>): SeedRun {
  return {
    scenario: 'region-loss',
    seed: 1,
    expected: 'recovered',
    outcome: 'recovered',
    ok: true,
    reason: 'all well',
    rtoSeconds: 120,
    lowerBoundSeconds: 100,
    broken: [],
    ...members,
  };
}

describe('a series of seeds', () => {
  test('has a row per scenario with the spread of the recovery over its bound', () => {
    const runs = [
      run({ rtoSeconds: 150 }),
      run({ scenario: 'blip', expected: 'held', outcome: 'held', rtoSeconds: 43 }),
      run({ seed: 2, rtoSeconds: 110 }),
      run({ seed: 3, rtoSeconds: 120 }),
      run({ seed: 4, rtoSeconds: 130 }),
    ];
    const [loss, blip] = seriesOf(runs);
    expect(loss).toMatchObject({
      seeds: 4,
      asExpected: 4,
      recoveryOverLowerBound: { median: 1.25, min: 1.1, max: 1.5 },
    });
    expect(blip).toMatchObject({ scenario: 'blip', seeds: 1, recoveryOverLowerBound: null });
  });

  test('names the seeds that were not as expected, smallest first, and counts what they broke', () => {
    const broken = [{ rule: 1, at: '2026-01-05T09:00:00.000Z', detail: 'two writers' }];
    const failed = [7, 3, 5, 1, 2, 9].map((seed) =>
      run({ seed, ok: false, outcome: 'failed', reason: `reason of ${seed}`, rtoSeconds: null, broken }),
    );
    const series = seriesOf([...failed, run({ seed: 4 })]);
    expect(series[0]).toMatchObject({ seeds: 7, asExpected: 1, brokenInvariants: 6 });
    expect(series[0]?.failed.map(({ seed }) => seed)).toEqual([1, 2, 3, 5, 7, 9]);
    const text = seriesText(series);
    expect(text).toMatch(/region-loss +recovered +1 of 7 +6 +1\.20 \(1\.20 to 1\.20\)/);
    expect(text).toContain('--seed 3: failed: reason of 3');
    expect(text).toContain('and seeds 9');
  });
});
