import { expect, test } from '@jest/globals';
import { IncidentLock, lockSeconds } from '../../../lib/authority/incident-lock.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const first = { executionArn: 'arn:first', incidentId: 'incident', nowMs };
const second = { ...first, executionArn: 'arn:second' };

function setUp() {
  const tables = new SimulatedTables();
  return { tables, lock: new IncidentLock({ client: tables.client, tableName: 'coordination' }) };
}

test('one of two executions gets the lock, and the same one gets it again', async () => {
  const { lock } = setUp();
  const results = await Promise.all([lock.acquire(first), lock.acquire(second)]);
  expect(results.filter(({ acquired }) => acquired)).toHaveLength(1);
  const holder = (await lock.holder())?.executionArn;
  const again = await lock.acquire(holder === 'arn:first' ? first : second);
  expect(again).toEqual({ acquired: true });
});

test('who is refused learns who has it', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  expect(await lock.acquire(second)).toMatchObject({ acquired: false, holder: { executionArn: 'arn:first' } });
});

test('a lock that an execution left behind runs out', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  const endMs = nowMs + lockSeconds * 1000;
  expect(await lock.acquire({ ...second, nowMs: endMs })).toMatchObject({ acquired: false });
  expect(await lock.acquire({ ...second, nowMs: endMs + 1 })).toEqual({ acquired: true });
});

test('an operator takes it away from an execution that is stuck', async () => {
  const { lock } = setUp();
  expect(await lock.takeOver(first)).toEqual({ acquired: true });
  expect(await lock.takeOver(second)).toEqual({ acquired: true });
  expect(await lock.holder()).toMatchObject({ executionArn: 'arn:second' });
  await lock.release('arn:first');
  expect(await lock.takeOver(second)).toEqual({ acquired: true });
});

test('only the holder releases', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  await lock.release('arn:second');
  expect(await lock.holder()).toMatchObject({ executionArn: 'arn:first' });
  await lock.release('arn:first');
  expect(await lock.holder()).toBeUndefined();
  await lock.release('arn:first');
});

test('failures that are no condition are passed on', async () => {
  const { tables, lock } = setUp();
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(lock.acquire(first)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  tables.fail('DeleteItem', 'AccessDeniedException');
  await expect(lock.release('arn:first')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('an abort before the point of no return keeps the holder from passing it, and says who asked', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  expect(await lock.requestAbort('arn:first', 'arn:alice')).toBe('requested');
  expect(await lock.requestAbort('arn:first', 'arn:bob')).toBe('requested');
  expect(await lock.commit('arn:first', nowMs)).toEqual({ outcome: 'aborted', by: 'arn:alice' });
});

test('an abort after the point of no return is refused, unless the holder was sent back', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  expect(await lock.commit('arn:first', nowMs)).toEqual({ outcome: 'committed' });
  expect(await lock.commit('arn:first', nowMs)).toEqual({ outcome: 'committed' });
  expect(await lock.requestAbort('arn:first', 'arn:alice')).toBe('committed');
  await lock.uncommit('arn:first');
  expect(await lock.requestAbort('arn:first', 'arn:alice')).toBe('requested');
});

test('taking the lock again does not forget that an abort was asked for', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  await lock.requestAbort('arn:first', 'arn:alice');
  expect(await lock.acquire(first)).toEqual({ acquired: true });
  expect(await lock.commit('arn:first', nowMs)).toMatchObject({ outcome: 'aborted' });
});

test('who does not hold the lock can neither pass the point of no return nor be aborted', async () => {
  const { lock } = setUp();
  await lock.acquire(first);
  expect(await lock.commit('arn:second', nowMs)).toEqual({ outcome: 'lost' });
  expect(await lock.requestAbort('arn:second', 'arn:alice')).toBe('not-holder');
  await lock.uncommit('arn:second');
  expect(await lock.holder()).not.toHaveProperty('committedAt');
});
