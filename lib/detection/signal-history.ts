import type { SignalKind } from '../plan/plan.ts';

/** `unknown`: the observer itself has no data. Neither healthy nor unhealthy. */
export type SignalState = 'healthy' | 'unhealthy' | 'unknown';

export interface Sighting {
  /** ISO 8601 UTC, with milliseconds. */
  readonly at: string;
  readonly state: SignalState;
}

/** What one signal said of a region lately. */
export interface SignalHistory {
  /** Oldest first, no two of one instant. */
  readonly sightings: readonly Sighting[];
  /** What the sightings before those had come to: the last of them, and since when it had lasted. */
  readonly before?: Sighting & { readonly since: string };
}

/** Five minutes of a 10 s beat: an event that is later than this finds the past closed. */
const maxSightings = 30;

/**
 * A history with one more sighting; undefined when that changes nothing. What comes out depends on which sightings
 * there were and not on the order in which they arrived: a late «healthy» still breaks what looked like one outage.
 */
export function withSighting(
  history: SignalHistory,
  sighting: Sighting,
  continuity: Continuity,
): SignalHistory | undefined {
  const { sightings, before } = history;
  const closed = before !== undefined && sighting.at <= before.at;
  if (closed || sightings.some(({ at }) => at === sighting.at)) return undefined;
  const all = [...sightings, sighting].sort((a, b) => (a.at < b.at ? -1 : 1));
  const oldest = all[0];
  if (all.length <= maxSightings || oldest === undefined) return { sightings: all, before };
  return {
    sightings: all.slice(1),
    before: { ...oldest, since: lastsSince({ sightings: [oldest], before }, continuity) ?? oldest.at },
  };
}

/** Whether two sightings of the same state, one after the other, are one stretch of it. */
export type Continuity = (earlier: string, later: string) => boolean;

/** A state that was not heard of for too long was not seen to last. A latched signal reports changes only, so it lasts. */
export function continuityOf(signal: SignalKind, missingAfterSeconds: number): Continuity {
  if (isLatched(signal)) return () => true;
  return (earlier, later) => Date.parse(later) - Date.parse(earlier) <= missingAfterSeconds * 1000;
}

/** CloudWatch tells when an alarm changes and nothing in between: what it said last holds until it says otherwise. */
export function isLatched(signal: SignalKind): boolean {
  return signal === 'heartbeat-alarm';
}

/** Since when the newest state has lasted; undefined for a history without sightings. */
export function lastsSince(history: SignalHistory, continues: Continuity): string | undefined {
  const newest = history.sightings.at(-1);
  if (newest === undefined) return undefined;
  let since = newest.at;
  for (const sighting of history.sightings.toReversed()) {
    if (sighting.state !== newest.state || !continues(sighting.at, since)) return since;
    since = sighting.at;
  }
  const { before } = history;
  return before?.state === newest.state && continues(before.at, since) ? before.since : since;
}
