import { describe, expect, test } from '@jest/globals';
import { checkerVerdict } from '../../../lib/detection/checker-verdict.ts';

describe('what the name servers say of a region', () => {
  test('counts when they agree, one silent server or not', () => {
    expect(checkerVerdict(['healthy', 'healthy', undefined, 'healthy'])).toEqual({ state: 'healthy' });
    expect(checkerVerdict(['unhealthy', 'unhealthy', 'unhealthy', undefined])).toMatchObject({ state: 'unhealthy' });
  });

  test.each([
    [
      'they disagree',
      ['healthy', 'unhealthy', 'unhealthy', 'unhealthy'],
      'the name servers disagree: healthy, unhealthy',
    ],
    ['half of them are silent', ['unhealthy', 'unhealthy', undefined, undefined], '2 of 4 name servers answered'],
    ['the record is not there', ['none', 'none', 'none', 'none'], 'the name servers say none'],
    ['no name server is known', [], 'no name server is known'],
  ])('is unknown, neither healthy nor unhealthy, when %s', (_, answers, reason) => {
    expect(checkerVerdict(answers)).toEqual({ state: 'unknown', reason });
  });
});
