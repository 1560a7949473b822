import { describe, expect, test } from '@jest/globals';
import { nearest, nearestRemedy } from '../../../lib/plan/nearest.ts';

describe('the nearest candidate', () => {
  test('is the one a slip of the pen meant', () => {
    expect(nearest('patern', ['pattern', 'platform'])).toBe('pattern');
    expect(nearest('RPO', ['rpo', 'rto'])).toBe('rpo');
  });

  test('is none where all of them are other words', () => {
    expect(nearest('xylophone', ['rpo', 'rto'])).toBeUndefined();
    expect(nearest('c', ['a', 'b'])).toBeUndefined();
    expect(nearest('a', [])).toBeUndefined();
  });

  test('makes the remedy, or the list of what is known does', () => {
    expect(nearestRemedy('patern', ['pattern'])).toBe('did you mean "pattern"?');
    expect(nearestRemedy('xylophone', ['a', 'b'])).toBe('known here: a, b');
    expect(nearestRemedy('xylophone', [])).toBe('remove it');
  });
});
