import { expect, test } from '@jest/globals';
import { concurrencyLimit } from '../../../lib/cluster/concurrency-limit.ts';

test('works run in their order, never more at once than allowed, and one that fails gives its place on', async () => {
  const limited = concurrencyLimit(2);
  const events: string[] = [];
  let running = 0;
  const work = (name: string) => async () => {
    running += 1;
    events.push(`${name} with ${running}`);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (name === 'b') throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => limited(work(name))));
  expect(events.map((event) => event[0])).toEqual(['a', 'b', 'c', 'd']);
  expect(events.every((event) => /with [12]$/.test(event))).toBe(true);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await limited(work('e'))).toBe('e');
});
