import { describe, expect, test } from '@jest/globals';
import { Slots } from '../../../lib/detection/slots.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

function setUp() {
  const tables = new SimulatedTables();
  const taker = (name: string, options: { beat?: string; startedMs?: number } = {}) =>
    new Slots({
      ...{ client: tables.client, tableName: 'coordination', beat: 'probe', startedMs: 0 },
      ...{ taker: name, ...options },
    });
  return { tables, taker };
}

test('a slot is taken once, and beats do not disturb each other', async () => {
  const { taker } = setUp();
  const results = await Promise.all([taker('a').take(10_000), taker('b').take(10_000)]);
  expect(results.filter(({ taken }) => taken)).toHaveLength(1);
  expect(await taker('c', { beat: 'lease' }).take(10_000)).toMatchObject({ taken: true });
});

test('a slot that is over can not be taken any more', async () => {
  const { taker } = setUp();
  await taker('a').take(20_000);
  expect(await taker('b').take(10_000)).toEqual({ taken: false });
});

test('the next taker learns what came out of the slots before', async () => {
  const { taker } = setUp();
  expect(await taker('a').take(10_000)).toEqual({ taken: true, previousOutcome: undefined });
  await taker('a').record(10_000, 'unhealthy');
  expect(await taker('b').take(20_000)).toEqual({ taken: true, previousOutcome: 'unhealthy' });
  expect(await taker('a').take(30_000)).toEqual({ taken: true, previousOutcome: 'unhealthy' });
});

test('an outcome that comes after the next slot was taken is dropped', async () => {
  const { taker } = setUp();
  await taker('a').take(10_000);
  await taker('b').take(20_000);
  await taker('a').record(10_000, 'healthy');
  expect(await taker('b').take(30_000)).toEqual({ taken: true, previousOutcome: undefined });
});

test('a taker whose answer was lost has its slot', async () => {
  const { tables, taker } = setUp();
  tables.fail('UpdateItem', 'answer-lost');
  expect(await taker('a').take(10_000)).toEqual({ taken: true, previousOutcome: undefined });
  await taker('a').record(10_000, 'unhealthy');
  tables.fail('UpdateItem', 'answer-lost');
  expect(await taker('a').take(20_000)).toEqual({ taken: true, previousOutcome: 'unhealthy' });
});

test('failures that are no condition are passed on', async () => {
  const { tables, taker } = setUp();
  tables.fail('UpdateItem', 'AccessDeniedException');
  await expect(taker('a').take(10_000)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  tables.fail('UpdateItem', 'AccessDeniedException');
  await expect(taker('a').record(10_000, 'healthy')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

describe('of two overlapping invocations', () => {
  async function slotsTakenBy(older: Slots, younger: { take(slotMs: number): Promise<{ taken: boolean }> }) {
    const takers: string[] = [];
    for (let slotMs = 10_000; slotMs <= 90_000; slotMs += 10_000) {
      if ((await younger.take(slotMs)).taken) takers.push('younger');
      else takers.push((await older.take(slotMs)).taken ? 'older' : 'nobody');
      if (takers.at(-1) === 'younger') await older.take(slotMs);
    }
    return takers;
  }

  test('the older asks at every third slot while the younger has them', async () => {
    const { tables, taker } = setUp();
    const takers = await slotsTakenBy(taker('older', { startedMs: 1 }), taker('younger', { startedMs: 2 }));
    expect(takers).toEqual(Array.from({ length: 9 }, () => 'younger'));
    // Carried out are nine of the younger and, at 10, 40 and 70 s, three refused ones of the older.
    expect(tables.operations).toHaveLength(12);
  });

  test('the older goes on at every slot when the younger never took one', async () => {
    const { taker } = setUp();
    const stillborn = { take: async () => ({ taken: false }) };
    const takers = await slotsTakenBy(taker('older', { startedMs: 1 }), stillborn);
    expect(takers).toEqual(Array.from({ length: 9 }, () => 'older'));
  });

  test('the older has the beat again two slots after the younger died', async () => {
    const { taker } = setUp();
    const younger = taker('younger', { startedMs: 2 });
    const mortal = { take: async (slotMs: number) => (slotMs > 40_000 ? { taken: false } : younger.take(slotMs)) };
    const takers = await slotsTakenBy(taker('older', { startedMs: 1 }), mortal);
    expect(takers.slice(0, 4)).toEqual(['younger', 'younger', 'younger', 'younger']);
    expect(takers.slice(4)).toEqual(['nobody', 'nobody', 'older', 'older', 'older']);
  });

  test('the younger asks at every slot although the older still takes some', async () => {
    const { tables, taker } = setUp();
    const younger = taker('younger', { startedMs: 2 });
    const older = taker('older', { startedMs: 1 });
    for (const slotMs of [10_000, 20_000, 30_000]) {
      await older.take(slotMs);
      expect(await younger.take(slotMs)).toEqual({ taken: false });
    }
    expect(tables.operations).toHaveLength(6);
  });
});
