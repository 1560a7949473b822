import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assessQuorum, type QuorumRule } from '../../../lib/detection/quorum.ts';
import type { SignalRecord } from '../../../lib/detection/signal-store.ts';
import { type SignalKind, signalKinds } from '../../../lib/plan/plan.ts';
import { vantageOf } from '../../../lib/plan/signals.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
const rule: QuorumRule = {
  signals: ['probe-standby', 'probe-witness', 'heartbeat-alarm'],
  quorum: 2,
  missingAfterSeconds: 60,
  recoverySeconds: 30,
};

function record(signal: SignalKind, since: number, last: number, state: SignalRecord['state'] = 'unhealthy') {
  return { signal, state, since: at(since), lastObservedAt: at(last) };
}

function assess(records: SignalRecord[], nowSeconds: number, changes: Partial<QuorumRule> = {}) {
  return assessQuorum(records, { ...rule, ...changes }, startMs + nowSeconds * 1000);
}

describe('a quorum', () => {
  test('is not met by one signal, however long it lasts', () => {
    const verdict = assess([record('probe-witness', 0, 600), record('probe-standby', 0, 600, 'healthy')], 605);
    expect(verdict).toMatchObject({ met: false, heldSeconds: 0, sinceMs: undefined, healthy: ['probe-standby'] });
  });

  test('holds from when the last of those needed began to the last instant that enough of them saw', () => {
    const verdict = assess([record('probe-standby', 0, 70), record('probe-witness', 20, 60)], 74);
    expect(verdict).toMatchObject({ met: true, sinceMs: startMs + 20_000, heldSeconds: 40 });
  });

  test('takes an alarm at its word until it says otherwise', () => {
    const verdict = assess([record('heartbeat-alarm', 30, 30), record('probe-witness', 0, 500)], 505);
    expect(verdict).toMatchObject({ met: true, missing: ['probe-standby'], heldSeconds: 470 });
  });

  test('does not count a probe that has fallen silent', () => {
    const records = [record('probe-standby', 0, 70), record('probe-witness', 0, 10)];
    expect(assess(records, 70)).toMatchObject({ met: true });
    expect(assess(records, 71)).toMatchObject({ met: false, missing: ['probe-witness', 'heartbeat-alarm'] });
  });

  test('does not count an observer without data', () => {
    const verdict = assess([record('probe-standby', 0, 70), record('heartbeat-alarm', 0, 70, 'unknown')], 70);
    expect(verdict).toMatchObject({ met: false, missing: ['probe-witness', 'heartbeat-alarm'], healthy: [] });
  });

  test('counts two signals of one vantage once: a cut path between two regions is no disaster', () => {
    const cut = [record('probe-standby', 0, 300), record('heartbeat-alarm', 20, 20)];
    expect(assess(cut, 300)).toMatchObject({ met: false, vantages: ['standby'], heldSeconds: 0 });
    // The earlier of the two is when that vantage began to see it.
    const dead = assess([...cut, record('route53-checkers', 10, 290)], 300, {
      signals: [...rule.signals, 'route53-checkers'],
    });
    expect(dead).toMatchObject({ met: true, vantages: ['standby', 'internet'], sinceMs: startMs + 10_000 });
    expect(dead.heldSeconds).toBe(280);
  });

  test('takes a person at their word for a quarter of an hour', () => {
    const records = [record('operator', 0, 0), record('probe-witness', 0, 900)];
    const withOperator = { signals: ['probe-witness', 'operator'] as const };
    expect(assess(records, 900, withOperator)).toMatchObject({ met: true, heldSeconds: 900 });
    expect(assess(records, 901, withOperator)).toMatchObject({ met: false, missing: [] });
  });
});

describe('a signal that was unhealthy', () => {
  const again = (since: number, last: number) => ({
    ...record('probe-standby', since, last, 'healthy'),
    from: 'unhealthy' as const,
  });

  test('is healthy only after it was seen to say so for long enough', () => {
    expect(assess([again(100, 120)], 175)).toMatchObject({ recovering: ['probe-standby'], healthy: [] });
    expect(assess([again(100, 130)], 135)).toMatchObject({ recovering: [], healthy: ['probe-standby'] });
    const alarm = { ...record('heartbeat-alarm', 100, 100, 'healthy'), from: 'unhealthy' as const };
    expect(assess([alarm], 129)).toMatchObject({ recovering: ['heartbeat-alarm'] });
    expect(assess([alarm], 130)).toMatchObject({ healthy: ['heartbeat-alarm'] });
  });

  test('does not count for a quorum while it recovers', () => {
    expect(assess([again(100, 110), record('probe-witness', 0, 110)], 115)).toMatchObject({ met: false });
  });

  test('does not count a signal that the plan leaves out', () => {
    const records = [record('probe-standby', 0, 70), record('probe-witness', 0, 70)];
    const verdict = assess(records, 70, { signals: ['probe-standby', 'heartbeat-alarm'] });
    expect(verdict).toMatchObject({ met: false });
    expect(verdict.unhealthy.map(({ signal }) => signal)).toEqual(['probe-standby']);
  });
});

const anyRecord = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })).chain(([a, b]) =>
  fc.record({
    since: fc.constant(at(Math.min(a, b))),
    lastObservedAt: fc.constant(at(Math.max(a, b))),
    state: fc.constantFrom<SignalRecord['state']>('healthy', 'unhealthy', 'unknown'),
  }),
);
const anyRecords = fc.tuple(...signalKinds.map(() => fc.option(anyRecord, { nil: undefined }))).map((records) =>
  records.flatMap((state, index): SignalRecord[] => {
    const signal = signalKinds[index];
    return state === undefined || signal === undefined ? [] : [{ signal, ...state }];
  }),
);
const anyRule = fc.record({
  signals: fc.subarray([...signalKinds]),
  quorum: fc.integer({ min: 1, max: 5 }),
  missingAfterSeconds: fc.integer({ min: 10, max: 120 }),
  recoverySeconds: fc.integer({ min: 0, max: 120 }),
});

describe('for all signals and rules', () => {
  const nowMs = startMs + 300_000;

  test('a quorum needs as many fresh unhealthy signals of the plan as the rule says, and no other state counts', () => {
    fc.assert(
      fc.property(anyRecords, anyRule, (records, anyOne) => {
        const verdict = assessQuorum(records, anyOne, nowMs);
        const vantages = new Set(verdict.unhealthy.map(({ signal }) => vantageOf[signal]));
        expect(verdict.met).toBe(vantages.size >= anyOne.quorum);
        for (const { signal, state } of verdict.unhealthy) {
          expect(state).toBe('unhealthy');
          expect(anyOne.signals).toContain(signal);
          expect(verdict.missing).not.toContain(signal);
        }
        const { unhealthy, healthy, recovering, missing } = verdict;
        const said = [...unhealthy.map(({ signal }) => signal), ...healthy, ...recovering, ...missing];
        expect(new Set(said).size).toBe(said.length);
        expect(anyOne.signals.filter((signal) => signal !== 'operator' && !said.includes(signal))).toEqual([]);
      }),
    );
  });

  test('it held no longer than any of those that were needed, and never when not met', () => {
    fc.assert(
      fc.property(anyRecords, anyRule, (records, anyOne) => {
        const verdict = assessQuorum(records, anyOne, nowMs);
        expect(verdict.heldSeconds).toBeGreaterThanOrEqual(0);
        if (!verdict.met) expect(verdict.heldSeconds).toBe(0);
        const longest = verdict.unhealthy.map(({ since }) => (nowMs - Date.parse(since)) / 1000).sort((a, b) => b - a)[
          anyOne.quorum - 1
        ];
        if (verdict.met) expect(verdict.heldSeconds).toBeLessThanOrEqual(longest ?? 0);
      }),
    );
  });

  test('the order in which they are read makes no difference', () => {
    fc.assert(
      fc.property(anyRecords, anyRule, (records, anyOne) => {
        expect(assessQuorum(records.toReversed(), anyOne, nowMs)).toEqual(assessQuorum(records, anyOne, nowMs));
      }),
    );
  });

  test('one more unhealthy signal never undoes a quorum or shortens it', () => {
    fc.assert(
      fc.property(anyRecords, anyRule, (records, anyOne) => {
        const first = records[0];
        if (first === undefined) return;
        const fewer = assessQuorum(records.slice(1), anyOne, nowMs);
        const more = assessQuorum([{ ...first, state: 'unhealthy' }, ...records.slice(1)], anyOne, nowMs);
        expect(Number(more.met)).toBeGreaterThanOrEqual(Number(fewer.met));
        expect(more.heldSeconds).toBeGreaterThanOrEqual(fewer.heldSeconds);
      }),
    );
  });
});
