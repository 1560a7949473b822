import { expect, test } from '@jest/globals';
import { beatSlots } from '../../../lambdas/shared/beat.ts';
import { FakeRuntime } from './fake-runtime.ts';

async function slots(now: string, during: (runtime: FakeRuntime, slotMs: number) => void = () => {}) {
  const runtime = new FakeRuntime({ now });
  const controller = new AbortController();
  const taken: { slot: string; at: string }[] = [];
  const loop = async () => {
    for await (const slotMs of beatSlots({ intervalSeconds: 10, runtime, signal: controller.signal })) {
      taken.push({ slot: time(slotMs), at: time(runtime.nowMs()) });
      during(runtime, slotMs);
    }
  };
  return { taken, controller, runtime, done: runtime.run(loop()) };
}

const time = (ms: number) => new Date(ms).toISOString().slice(14, 19);

test('slots lie on multiples of the interval and fill two minutes', async () => {
  const { taken, done } = await slots('2026-03-01T12:00:03.000Z');
  await done;
  expect(taken.map(({ slot }) => slot)).toEqual([
    ...['00:10', '00:20', '00:30', '00:40', '00:50', '01:00'],
    ...['01:10', '01:20', '01:30', '01:40', '01:50', '02:00'],
  ]);
  expect(taken.every(({ slot, at }) => slot === at)).toBe(true);
});

test('a start on the beat takes the slot of that instant', async () => {
  const { taken, done } = await slots('2026-03-01T12:00:00.000Z');
  await done;
  expect(taken).toHaveLength(12);
  expect(taken[0]).toEqual({ slot: '00:00', at: '00:00' });
});

test('work that takes too long leaves out the slots it has missed', async () => {
  const { taken, done } = await slots('2026-03-01T12:00:00.000Z', (runtime, slotMs) => {
    if (time(slotMs) === '00:10') runtime.advance(25);
  });
  await done;
  expect(taken.slice(0, 3).map(({ slot }) => slot)).toEqual(['00:00', '00:10', '00:40']);
});

test('ends at once when there is no time left', async () => {
  const { taken, controller, done } = await slots('2026-03-01T12:00:03.000Z', (_, slotMs) => {
    if (time(slotMs) === '00:20') controller.abort(new Error('out of time'));
  });
  await done;
  expect(taken.map(({ slot }) => slot)).toEqual(['00:10', '00:20']);
});

test('ends when the time is over in the middle of its sleep', async () => {
  const runtime = new FakeRuntime({ now: '2026-03-01T12:00:03.000Z' });
  const controller = new AbortController();
  const slotsOf = beatSlots({ intervalSeconds: 10, runtime, signal: controller.signal });
  const next = slotsOf.next();
  controller.abort(new Error('out of time'));
  expect(await next).toEqual({ done: true, value: undefined });
});

test('passes on what is wrong with the clock', async () => {
  const runtime = new FakeRuntime({ now: '2026-03-01T12:00:03.000Z' });
  runtime.sleep = async () => {
    throw new Error('no timers');
  };
  const slotsOf = beatSlots({ intervalSeconds: 10, runtime, signal: new AbortController().signal });
  await expect(slotsOf.next()).rejects.toThrow('no timers');
});
