import type { SignalKind } from '../plan/plan.ts';
import { type Vantage, vantageOf, wordHoldsSeconds } from '../plan/signals.ts';
import type { SignalRecord } from './signal-store.ts';

export interface QuorumRule {
  /** Signals that may count. */
  readonly signals: readonly SignalKind[];
  /** How many vantages must agree. */
  readonly quorum: number;
  readonly missingAfterSeconds: number;
  /** A signal that was unhealthy is healthy again only after it has said so for so long. */
  readonly recoverySeconds: number;
}

export interface QuorumVerdict {
  /** Signals that say unhealthy now, in the plan's order. */
  readonly unhealthy: readonly SignalRecord[];
  /** Where they look from, each once: as many as count. */
  readonly vantages: readonly Vantage[];
  /** Say healthy again, but not for long enough to be believed. They neither count for a quorum nor end an incident. */
  readonly recovering: readonly SignalKind[];
  readonly healthy: readonly SignalKind[];
  /** Not heard of for too long or never, or without data of their own. A person who says nothing isn't missing. */
  readonly missing: readonly SignalKind[];
  /** Whether enough agree now. */
  readonly met: boolean;
  /** Epoch milliseconds: since when enough have agreed; only when met. */
  readonly sinceMs: number | undefined;
  /**
   * For how long enough vantages were seen to agree: to the last instant that a quorum of them witnessed, not to the
   * present, so that nobody is declared dead on the strength of silence.
   */
  readonly heldSeconds: number;
}

/** Reads the signals of a region; no state, no clock of its own. */
export function assessQuorum(records: readonly SignalRecord[], rule: QuorumRule, nowMs: number): QuorumVerdict {
  const counted = rule.signals.map((signal) => ({ signal, record: records.find((one) => one.signal === signal) }));
  const heard = counted.flatMap(({ record }) =>
    record !== undefined && !isMissing(record, rule, nowMs) ? record : [],
  );
  const unhealthy = heard.filter((record) => record.state === 'unhealthy');
  const good = heard.filter((record) => record.state === 'healthy');
  const recovering = good.filter((record) => isRecovering(record, rule, nowMs)).map(({ signal }) => signal);
  const stretches = stretchesOf(unhealthy, rule, nowMs);
  const met = stretches.length >= rule.quorum;
  const sinceMs = stretches.map((stretch) => stretch.sinceMs).sort((a, b) => a - b)[rule.quorum - 1];
  const untilMs = stretches.map((stretch) => stretch.untilMs).sort((a, b) => b - a)[rule.quorum - 1];
  const heldMs = met && sinceMs !== undefined && untilMs !== undefined ? Math.max(0, untilMs - sinceMs) : 0;
  return {
    unhealthy,
    vantages: stretches.map(({ vantage }) => vantage),
    recovering,
    healthy: good.map(({ signal }) => signal).filter((signal) => !recovering.includes(signal)),
    missing: counted
      .filter(({ signal, record }) =>
        record === undefined ? signal !== 'operator' : isMissing(record, rule, nowMs) && signal !== 'operator',
      )
      .map(({ signal }) => signal),
    met,
    sinceMs: met ? sinceMs : undefined,
    heldSeconds: heldMs / 1000,
  };
}

function isMissing({ signal, state, lastObservedAt }: SignalRecord, rule: QuorumRule, nowMs: number): boolean {
  const holdsMs = wordHoldsSeconds(signal, rule.missingAfterSeconds) * 1000;
  return state === 'unknown' || nowMs - Date.parse(lastObservedAt) > holdsMs;
}

/** Judged by what was seen and not by the clock: somebody who fell silent has not been seen to be well. */
function isRecovering(record: SignalRecord, rule: QuorumRule, nowMs: number): boolean {
  if (record.from !== 'unhealthy') return false;
  return lastWordMs(record, rule, nowMs) - Date.parse(record.since) < rule.recoverySeconds * 1000;
}

/** The last instant that a signal speaks of: an alarm's word, and a person's, holds to the present. */
function lastWordMs({ signal, lastObservedAt }: SignalRecord, rule: QuorumRule, nowMs: number): number {
  const repeats = wordHoldsSeconds(signal, rule.missingAfterSeconds) === rule.missingAfterSeconds;
  return repeats ? Date.parse(lastObservedAt) : nowMs;
}

interface Stretch {
  readonly vantage: Vantage;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** One stretch per vantage: from the first of its signals that still says unhealthy to the last that has said so. */
function stretchesOf(unhealthy: readonly SignalRecord[], rule: QuorumRule, nowMs: number): Stretch[] {
  const stretches = new Map<Vantage, Stretch>();
  for (const record of unhealthy) {
    const vantage = vantageOf[record.signal];
    const known = stretches.get(vantage);
    stretches.set(vantage, {
      vantage,
      sinceMs: Math.min(known?.sinceMs ?? Number.POSITIVE_INFINITY, Date.parse(record.since)),
      untilMs: Math.max(known?.untilMs ?? 0, lastWordMs(record, rule, nowMs)),
    });
  }
  return [...stretches.values()];
}
