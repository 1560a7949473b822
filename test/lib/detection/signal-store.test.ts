import { expect, test } from '@jest/globals';
import { type Observation, SignalStore } from '../../../lib/detection/signal-store.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();

function setUp() {
  const tables = new SimulatedTables();
  const store = (region = 'eu-central-1') =>
    new SignalStore({ client: tables.client, tableName: 'coordination', region, missingAfterSeconds: 60 });
  return { tables, store };
}

function saw(seconds: number, state: Observation['state'], signal: Observation['signal'] = 'probe-standby') {
  return { signal, state, observedAt: at(seconds) };
}

test('a state keeps its beginning while it is seen to last, and begins anew when it changes', async () => {
  const { store } = setUp();
  for (const [seconds, state] of [
    [0, 'unhealthy'],
    [10, 'unhealthy'],
    [20, 'unhealthy'],
  ] as const) {
    expect(await store().observe(saw(seconds, state))).toBe('applied');
  }
  expect((await store().list()).signals).toMatchObject([{ state: 'unhealthy', since: at(0), lastObservedAt: at(20) }]);
  await store().observe(saw(30, 'healthy'));
  expect((await store().list()).signals).toMatchObject([{ state: 'healthy', since: at(30) }]);
});

test("duplicates and late observations don't change what is the case now", async () => {
  const { store } = setUp();
  await store().observe(saw(20, 'healthy'));
  expect(await store().observe(saw(20, 'healthy'))).toBe('duplicate');
  expect(await store().observe(saw(10, 'unhealthy'))).toBe('late');
  expect((await store().list()).signals).toMatchObject([{ state: 'healthy', since: at(20), lastObservedAt: at(20) }]);
});

test('any order and any number of the same observations end the same', async () => {
  const observations = [saw(0, 'unhealthy'), saw(10, 'unhealthy'), saw(20, 'healthy'), saw(30, 'unhealthy')];
  const expected = { state: 'unhealthy', since: at(30), lastObservedAt: at(30) };
  for (const order of [
    [3, 2, 1, 0],
    [0, 0, 3, 3, 1, 2],
    [2, 3, 0, 1, 2],
  ]) {
    const { store } = setUp();
    await Promise.all(order.map((index) => store().observe(observations[index] ?? saw(0, 'unhealthy'))));
    expect((await store().list()).signals).toMatchObject([expected]);
  }
});

test('a late «healthy» breaks what looked like one outage', async () => {
  const { store } = setUp();
  for (const seconds of [0, 10, 30, 40]) await store().observe(saw(seconds, 'unhealthy'));
  expect(await store().observe(saw(20, 'healthy'))).toBe('late');
  expect((await store().list()).signals).toMatchObject([{ state: 'unhealthy', since: at(30), lastObservedAt: at(40) }]);
});

test('a state that was silent for too long begins anew, unless it is an alarm', async () => {
  const { store } = setUp();
  await store().observe(saw(0, 'unhealthy'));
  await store().observe(saw(60, 'unhealthy'));
  expect((await store().list()).signals).toMatchObject([{ since: at(0) }]);
  await store().observe(saw(121, 'unhealthy'));
  expect((await store().list()).signals).toMatchObject([{ since: at(121) }]);
  await store('other').observe(saw(0, 'unhealthy', 'heartbeat-alarm'));
  await store('other').observe(saw(900, 'unhealthy', 'heartbeat-alarm'));
  expect((await store('other').list()).signals).toMatchObject([{ since: at(0) }]);
});

test('an older observation that was read before a newer one was written does not win', async () => {
  const { store, tables } = setUp();
  tables.before('PutItem', () => store().observe(saw(20, 'healthy')));
  expect(await store().observe(saw(10, 'unhealthy'))).toBe('late');
  tables.before('PutItem', () => store().observe(saw(30, 'unhealthy')));
  expect(await store().observe(saw(40, 'unhealthy'))).toBe('applied');
  expect((await store().list()).signals).toMatchObject([{ since: at(30), lastObservedAt: at(40) }]);
});

test('gives up with an error when others are faster again and again, and passes failures on', async () => {
  const { store, tables } = setUp();
  const outpace = (seconds: number): Promise<unknown> => store().observe(saw(seconds, 'unhealthy'));
  await outpace(0);
  for (let seconds = 1; seconds <= 8; seconds++) tables.before('PutItem', () => outpace(seconds));
  // Each attempt meets one hook, and the hook's own write meets the next: they unwind newest first.
  await expect(store().observe(saw(100, 'healthy'))).resolves.toBe('applied');
  tables.fail('PutItem', 'AccessDeniedException');
  await expect(store().observe(saw(200, 'healthy'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
