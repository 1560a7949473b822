import { expect, test } from '@jest/globals';
import { row } from '../../bench/result.ts';

test('a row has the median of its runs with the spread', () => {
  expect(row('case', 's', [3, 1, 2], 10)).toMatchObject({ median: 2, min: 1, max: 3, runs: [3, 1, 2], peakMiB: 10 });
  expect(row('case', 's', [4, 1, 2, 3], 10)).toMatchObject({ median: 2.5 });
});
