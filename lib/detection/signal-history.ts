import type { SignalKind } from '../plan/plan.ts';
import { wordHoldsSeconds } from '../plan/signals.ts';

/** `unknown`: the observer itself has no data. Neither healthy nor unhealthy. */
export type SignalState = 'healthy' | 'unhealthy' | 'unknown';

export interface Sighting {
  /** ISO 8601 UTC, with milliseconds. */
  readonly at: string;
  readonly state: SignalState;
}

/** What sightings come to: the newest, since when it has lasted without a break, and what was said before that. */
export interface Standing extends Sighting {
  readonly since: string;
  /** Absent: nothing, or a silence came before. */
  readonly from?: SignalState;
}

/** What one signal said of a region lately. */
export interface SignalHistory {
  /** Oldest first, no two of one instant. */
  readonly sightings: readonly Sighting[];
  /** What the sightings before those had come to. */
  readonly before?: Standing;
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
  continues: Continuity,
): SignalHistory | undefined {
  const { sightings, before } = history;
  const closed = before !== undefined && sighting.at <= before.at;
  if (closed || sightings.some(({ at }) => at === sighting.at)) return undefined;
  const all = [...sightings, sighting].sort((a, b) => (a.at < b.at ? -1 : 1));
  const oldest = all[0];
  if (all.length <= maxSightings || oldest === undefined) return { sightings: all, before };
  return { sightings: all.slice(1), before: after(before, oldest, continues) };
}

/** Whether two sightings, one after the other, leave no silence between them. */
export type Continuity = (earlier: string, later: string) => boolean;

/** A state that was not heard of for too long was not seen to last. */
export function continuityOf(signal: SignalKind, missingAfterSeconds: number): Continuity {
  const holdsMs = wordHoldsSeconds(signal, missingAfterSeconds) * 1000;
  return (earlier, later) => Date.parse(later) - Date.parse(earlier) <= holdsMs;
}

/** Undefined for a history without sightings. */
export function standingOf({ sightings, before }: SignalHistory, continues: Continuity): Standing | undefined {
  return sightings.reduce<Standing | undefined>((standing, sighting) => after(standing, sighting, continues), before);
}

function after(standing: Standing | undefined, { at, state }: Sighting, continues: Continuity): Standing {
  if (standing === undefined || !continues(standing.at, at)) return { at, state, since: at };
  if (standing.state === state) return { ...standing, at };
  return { at, state, since: at, from: standing.state };
}
