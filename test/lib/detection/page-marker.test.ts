import { expect, test } from '@jest/globals';
import { PageMarker } from '../../../lib/detection/page-marker.ts';
import { FakeRuntime } from '../../lambdas/shared/fake-runtime.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

function setUp() {
  const tables = new SimulatedTables();
  const clock = new FakeRuntime();
  const marker = new PageMarker({ client: tables.client, tableName: 'coordination', nowMs: clock.nowMs });
  const sent: string[] = [];
  const page = (sender: string, send = async () => void sent.push(sender), kind = 'held') =>
    marker.once({ incidentId: 'incident', kind, sender }, send);
  const die = async () => {
    throw new Error('topic out of reach');
  };
  return { tables, clock, sent, page, die };
}

test('of several who want to send a page one does', async () => {
  const { page, sent } = setUp();
  const results = await Promise.all([page('a'), page('b')]);
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(await page('c')).toBe(false);
  expect(sent).toHaveLength(1);
  expect(await page('c', undefined, 'blocked')).toBe(true);
});

test('a page that could not be sent is sent by the same sender at its next attempt', async () => {
  const { page, sent, die } = setUp();
  await expect(page('a', die)).rejects.toThrow('topic out of reach');
  expect(await page('b')).toBe(false);
  expect(await page('a')).toBe(true);
  expect(sent).toEqual(['a']);
});

test('a page whose sender died is sent by somebody else after half a minute', async () => {
  const { page, sent, die, clock } = setUp();
  await expect(page('a', die)).rejects.toThrow();
  clock.advance(30);
  expect(await page('b')).toBe(false);
  clock.advance(1);
  expect(await page('b')).toBe(true);
  clock.advance(60);
  expect(await page('a')).toBe(false);
  expect(sent).toEqual(['b']);
});

test('failures that are no condition are passed on', async () => {
  const { tables, page } = setUp();
  tables.fail('UpdateItem', 'AccessDeniedException');
  await expect(page('a')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
