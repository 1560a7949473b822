import { expect, test } from '@jest/globals';
import { Slots } from '../../../lib/detection/slots.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

function setUp() {
  const tables = new SimulatedTables();
  const taker = (name: string, beat = 'probe') =>
    new Slots({ client: tables.client, tableName: 'coordination', beat, taker: name });
  return { tables, taker };
}

test('a slot is taken once, and beats do not disturb each other', async () => {
  const { taker } = setUp();
  const results = await Promise.all([taker('a').take(10_000), taker('b').take(10_000)]);
  expect(results.filter(({ taken }) => taken)).toHaveLength(1);
  expect(await taker('c', 'lease').take(10_000)).toMatchObject({ taken: true });
});

test('a slot that is over can not be taken any more', async () => {
  const { taker } = setUp();
  await taker('a').take(20_000);
  expect(await taker('b').take(10_000)).toEqual({ taken: false });
});

test('the next taker learns what came out of the slot before', async () => {
  const { taker } = setUp();
  expect(await taker('a').take(10_000)).toEqual({ taken: true, previousOutcome: undefined });
  await taker('a').record(10_000, 'unhealthy');
  expect(await taker('b').take(20_000)).toEqual({ taken: true, previousOutcome: 'unhealthy' });
  expect(await taker('a').take(30_000)).toEqual({ taken: true, previousOutcome: undefined });
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
  tables.fail('PutItem', 'answer-lost');
  expect(await taker('a').take(10_000)).toEqual({ taken: true, previousOutcome: undefined });
});

test('failures that are no condition are passed on', async () => {
  const { tables, taker } = setUp();
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(taker('a').take(10_000)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(taker('a').record(10_000, 'healthy')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
