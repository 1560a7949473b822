import { expect, test } from '@jest/globals';
import { roundTripMs } from '../../../../lib/rehearsal/world/latency.ts';

test.each([
  ['eu-west-1', 'eu-west-1', 0.5, 2],
  ['eu-west-1', 'eu-central-1', 10, 30],
  ['us-east-1', 'us-west-2', 45, 80],
  ['eu-west-1', 'us-east-1', 60, 90],
  ['eu-west-1', 'ap-southeast-2', 200, 320],
])('a round trip %s to %s takes %d to %d ms', (from, to, least, most) => {
  expect(roundTripMs(from, to)).toBeGreaterThanOrEqual(least);
  expect(roundTripMs(from, to)).toBeLessThanOrEqual(most);
  expect(roundTripMs(to, from)).toBeCloseTo(roundTripMs(from, to), 9);
});

test('a region whose place is not known is refused by name', () => {
  expect(() => roundTripMs('eu-west-1', 'mars-north-1')).toThrow("doesn't know where region mars-north-1 is");
});
