import type { SignalKind } from '../plan/plan.ts';
import { isLatched } from './signal-history.ts';
import type { SignalRecord } from './signal-store.ts';

export interface QuorumRule {
  /** Signals that may count. */
  readonly signals: readonly SignalKind[];
  /** How many of them must agree. */
  readonly quorum: number;
  readonly missingAfterSeconds: number;
}

export interface QuorumVerdict {
  /** Signals that say unhealthy now, in the plan's order. */
  readonly unhealthy: readonly SignalRecord[];
  readonly healthy: readonly SignalKind[];
  /** Not heard of for too long, or without data of their own. */
  readonly missing: readonly SignalKind[];
  /** Whether enough agree now. */
  readonly met: boolean;
  /** Epoch milliseconds: since when enough have agreed; only when met. */
  readonly sinceMs: number | undefined;
  /**
   * For how long enough signals were seen to agree: to the last instant that a quorum of them witnessed, not to the
   * present, so that nobody is declared dead on the strength of silence.
   */
  readonly heldSeconds: number;
}

/** Reads the signals of a region; no state, no clock of its own. */
export function assessQuorum(records: readonly SignalRecord[], rule: QuorumRule, nowMs: number): QuorumVerdict {
  const counted = rule.signals.flatMap((name) => records.find((record) => record.signal === name) ?? []);
  const isMissing = (record: SignalRecord) =>
    record.state === 'unknown' ||
    (!isLatched(record.signal) && nowMs - Date.parse(record.lastObservedAt) > rule.missingAfterSeconds * 1000);
  const heard = counted.filter((record) => !isMissing(record));
  const unhealthy = heard.filter((record) => record.state === 'unhealthy');
  const met = unhealthy.length >= rule.quorum;
  const sinceMs = unhealthy.map((record) => Date.parse(record.since)).sort((a, b) => a - b)[rule.quorum - 1];
  const untilMs = unhealthy
    .map((record) => (isLatched(record.signal) ? nowMs : Date.parse(record.lastObservedAt)))
    .sort((a, b) => b - a)[rule.quorum - 1];
  const heldMs = met && sinceMs !== undefined && untilMs !== undefined ? Math.max(0, untilMs - sinceMs) : 0;
  return {
    unhealthy,
    healthy: heard.filter((record) => record.state === 'healthy').map((record) => record.signal),
    missing: counted.filter(isMissing).map((record) => record.signal),
    met,
    sinceMs: met ? sinceMs : undefined,
    heldSeconds: heldMs / 1000,
  };
}
