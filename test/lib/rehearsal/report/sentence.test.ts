import { expect, test } from '@jest/globals';
import { sentence } from '../../../../lib/rehearsal/report/sentence.ts';

test.each([
  ['every target met', 'Every target met.'],
  ['it failed: timeout of 1000 ms.', 'It failed: timeout of 1000 ms.'],
  ['and so on..', 'And so on.'],
])('%j reads as the sentence %j', (clause, text) => expect(sentence(clause)).toBe(text));
