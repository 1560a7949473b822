import { expect, test } from '@jest/globals';
import { RandomStream } from '../../../../lib/rehearsal/kernel/random-stream.ts';

test('figures stay in their range and reach both ends of a range of integers', () => {
  const stream = new RandomStream('range');
  const seen = new Set<number>();
  for (let i = 0; i < 1000; i++) {
    const next = stream.next();
    expect(next >= 0 && next < 1).toBe(true);
    const between = stream.between(5, 6);
    expect(between >= 5 && between < 6).toBe(true);
    seen.add(stream.integer(1, 3));
  }
  expect([...seen].sort()).toEqual([1, 2, 3]);
});

test('a uuid is a version 4 uuid of the RFC 9562 variant', () => {
  const stream = new RandomStream('uuid');
  for (let i = 0; i < 50; i++) {
    expect(stream.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('bytes are as many as asked for', () => {
  expect(new RandomStream('bytes').bytes(33)).toHaveLength(33);
});

test('pick takes an item of the list and refuses an empty one', () => {
  const stream = new RandomStream('pick');
  expect(['a', 'b']).toContain(stream.pick(['a', 'b']));
  expect(() => stream.pick([])).toThrow('empty list');
});
