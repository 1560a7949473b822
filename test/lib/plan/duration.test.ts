import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../lib/plan/duration.ts';

describe('a duration', () => {
  test.each([
    ['30s', 30],
    ['15m', 900],
    ['1h30m', 5_400],
    ['1d', 86_400],
    ['1d2h3m4s', 93_784],
    ['0s', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', '30', 's', '1.5h', '30m1h', '-5s', '5 m', '1h1h', '5M'])('"%s" is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('survives being written and read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });

  test('is written as short as people would', () => {
    expect(formatDuration(5_400)).toBe('1h30m');
    expect(formatDuration(60)).toBe('1m');
    expect(formatDuration(0)).toBe('0s');
  });
});
