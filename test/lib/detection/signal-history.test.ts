import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Continuity,
  continuityOf,
  type Sighting,
  type SignalHistory,
  standingOf,
  withSighting,
} from '../../../lib/detection/signal-history.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (slot: number) => new Date(startMs + slot * 10_000).toISOString();
const continues = continuityOf('probe-standby', 60);

function build(sightings: readonly Sighting[], continuity: Continuity = continues): SignalHistory {
  let history: SignalHistory = { sightings: [] };
  for (const sighting of sightings) history = withSighting(history, sighting, continuity) ?? history;
  return history;
}

const unhealthy = (slot: number): Sighting => ({ at: at(slot), state: 'unhealthy' });

test('nothing was seen, nothing lasts', () => {
  expect(standingOf({ sightings: [] }, continues)).toBeUndefined();
});

test('an outage longer than what is kept keeps its beginning', () => {
  const history = build(Array.from({ length: 200 }, (_, slot) => unhealthy(slot)));
  expect(history.sightings.length).toBeLessThanOrEqual(30);
  expect(standingOf(history, continues)?.since).toBe(at(0));
});

test('an event from before what is kept changes nothing', () => {
  const history = build(Array.from({ length: 200 }, (_, slot) => unhealthy(slot)));
  expect(withSighting(history, { at: at(3), state: 'healthy' }, continues)).toBeUndefined();
});

test('a change keeps what was said before, a silence forgets it', () => {
  const healthy = (slot: number): Sighting => ({ at: at(slot), state: 'healthy' });
  const changed = build([unhealthy(0), healthy(1), healthy(2)]);
  expect(standingOf(changed, continues)).toEqual({ ...healthy(2), since: at(1), from: 'unhealthy' });
  expect(standingOf(build([unhealthy(0), healthy(20)]), continues)).toEqual({ ...healthy(20), since: at(20) });
});

test('a silence ends a stretch, but not for an alarm', () => {
  const sightings = [unhealthy(0), unhealthy(7), unhealthy(8)];
  expect(standingOf(build(sightings), continues)).toEqual({ ...unhealthy(8), since: at(7) });
  const alarm = continuityOf('heartbeat-alarm', 60);
  expect(standingOf(build(sightings, alarm), alarm)?.since).toBe(at(0));
});

test('the same sightings in any order, any number of times, come to the same', () => {
  const anySightings = fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 0, max: 25 }).map(at),
      state: fc.constantFrom<Sighting['state']>('healthy', 'unhealthy', 'unknown'),
    }),
    { selector: (sighting) => sighting.at, minLength: 1, maxLength: 25 },
  );
  const shuffled = anySightings.chain((sightings) =>
    fc.tuple(
      fc.constant(sightings),
      fc.shuffledSubarray([...sightings, ...sightings], {
        minLength: 2 * sightings.length,
        maxLength: 2 * sightings.length,
      }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([sightings, anyOrder]) => {
      const inOrder = sightings.toSorted((a, b) => (a.at < b.at ? -1 : 1));
      expect(build(anyOrder)).toEqual(build(inOrder));
    }),
  );
});
