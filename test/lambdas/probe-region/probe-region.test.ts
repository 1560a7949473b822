import { describe, expect, test } from '@jest/globals';
import { probeRegion } from '../../../lambdas/probe-region/probe-region.ts';
import { ContractViolationError } from '../../../lambdas/shared/errors.ts';
import type { ObservationDetail, SlotBook } from '../../../lambdas/shared/observer.ts';
import { Slots } from '../../../lib/detection/slots.ts';
import { FakeLog } from '../shared/fake-log.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const input = { targetRegion: active, reportTo: standby, signal: 'probe-standby' as const };
/** Slots: 12:00:10 … 12:02:00; on the minute lie 12:01:00 and 12:02:00. */
const start = '2026-03-01T12:00:05.000Z';

type Answer = number | 'silent' | 'refused';

function setUp(answer: (url: string, clock: string) => Answer) {
  const tables = new SimulatedTables();
  const runtime = new FakeRuntime({ region: standby, now: start });
  const reports: { to: string; detail: ObservationDetail }[] = [];
  const clock = () => new Date(runtime.nowMs()).toISOString().slice(14, 19);
  const dependencies = {
    plan: samplePlan(),
    runtime,
    log: new FakeLog(),
    signal: new AbortController().signal,
    slots: (beat: string): SlotBook =>
      new Slots({
        ...{ client: tables.client, tableName: 'coordination', beat },
        ...{ taker: runtime.uuid(), startedMs: runtime.nowMs() },
      }),
    get: async (url: string, signal: AbortSignal): Promise<number> => {
      const said = answer(url, clock());
      if (said === 'refused') throw Object.assign(new Error('refused'), { name: 'TypeError' });
      if (said !== 'silent') return said;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
    report: async (to: string, detail: ObservationDetail): Promise<void> => {
      reports.push({ to, detail });
    },
  };
  const states = () => reports.map(({ detail }) => [detail.observedAt.slice(14, 19), detail.state]);
  return { tables, runtime, reports, states, dependencies };
}

describe('a region that answers', () => {
  test('is reported at first and then once a minute', async () => {
    const { runtime, dependencies, states, reports } = setUp(() => 200);
    const output = await runtime.run(probeRegion(input, dependencies));
    expect(output).toEqual({ slotsTaken: 12, unhealthySlots: 0 });
    expect(states()).toEqual([
      ['00:10', 'healthy'],
      ['01:00', 'healthy'],
      ['02:00', 'healthy'],
    ]);
    expect(reports[0]).toEqual({
      to: standby,
      detail: { signal: 'probe-standby', region: active, state: 'healthy', observedAt: '2026-03-01T12:00:10.000Z' },
    });
  });

  test.each([200, 302, 404])('is alive with HTTP %d from one of its URLs', async (status) => {
    const { runtime, dependencies } = setUp((url) => (url.includes('a.example') ? 'silent' : status));
    expect(await runtime.run(probeRegion(input, dependencies))).toMatchObject({ unhealthySlots: 0 });
  });
});

describe('a region that does not answer', () => {
  test('is reported at every slot with the reason, and when it is back', async () => {
    const dark = (clock: string) => clock >= '00:30' && clock < '00:55';
    const { runtime, dependencies, states, reports } = setUp((_, clock) => (dark(clock) ? 'silent' : 200));
    expect(await runtime.run(probeRegion(input, dependencies))).toEqual({ slotsTaken: 12, unhealthySlots: 3 });
    expect(states()).toEqual([
      ['00:10', 'healthy'],
      ['00:30', 'unhealthy'],
      ['00:40', 'unhealthy'],
      ['00:50', 'unhealthy'],
      ['01:00', 'healthy'],
      ['02:00', 'healthy'],
    ]);
    expect(reports[1]?.detail.reason).toBe('a.example: TimeoutError, b.example: TimeoutError');
  });

  test('is back with the first healthy slot, also off the minute', async () => {
    const { runtime, dependencies, states } = setUp((_, clock) => (clock < '00:35' ? 'refused' : 200));
    await runtime.run(probeRegion(input, dependencies));
    expect(states()).toContainEqual(['00:40', 'healthy']);
    expect(states()).not.toContainEqual(['00:50', 'healthy']);
  });

  test('answers nothing but 5xx', async () => {
    const { runtime, dependencies, reports } = setUp(() => 503);
    expect(await runtime.run(probeRegion(input, dependencies))).toMatchObject({ unhealthySlots: 12 });
    expect(reports[0]?.detail.reason).toBe('a.example: HTTP 503, b.example: HTTP 503');
  });
});

test('overlapping invocations share the slots and report each once', async () => {
  const { runtime, dependencies, states } = setUp(() => 'refused');
  const both = Promise.all([probeRegion(input, dependencies), probeRegion(input, dependencies)]);
  const outputs = await runtime.run(both);
  expect(outputs.reduce((sum, { slotsTaken }) => sum + slotsTaken, 0)).toBe(12);
  expect(states()).toHaveLength(12);
  expect(new Set(states().map(([slot]) => slot)).size).toBe(12);
});

const refused = { name: 'AccessDeniedException' };
const unreachable = { name: 'TimeoutError' };

test.each([
  ['is no failure when the bus is out of reach', unreachable, undefined],
  ['is one when the bus refuses it', refused, refused],
])('a report that was not taken does not end the watch, is made up for, and %s', async (_, members, failure) => {
  const { runtime, dependencies, states } = setUp((_, clock) => (clock < '00:15' ? 'refused' : 200));
  const { report } = dependencies;
  let failures = 0;
  dependencies.report = async (to, detail) => {
    if (detail.observedAt.slice(14, 19) === '00:20' && failures++ === 0) throw Object.assign(new Error('bus'), members);
    await report(to, detail);
  };
  const watch = runtime.run(probeRegion(input, dependencies));
  if (failure === undefined) expect(await watch).toMatchObject({ slotsTaken: 12 });
  else await expect(watch).rejects.toMatchObject(failure);
  expect(states().slice(0, 3)).toEqual([
    ['00:10', 'unhealthy'],
    ['00:30', 'healthy'],
    ['01:00', 'healthy'],
  ]);
  expect(dependencies.log.lines).toMatchObject([{ level: 'warn', errorName: members.name }]);
});

test('a bus that stays out of reach is logged once, and once more when it was heard from in between', async () => {
  const { runtime, dependencies } = setUp(() => 'refused');
  const deaf = (time: string) => time < '00:50' || time > '01:10';
  dependencies.report = async (_to, { observedAt }) => {
    if (deaf(observedAt.slice(14, 19))) throw Object.assign(new Error('bus'), unreachable);
  };
  expect(await runtime.run(probeRegion(input, dependencies))).toEqual({ slotsTaken: 12, unhealthySlots: 12 });
  const line = { level: 'warn', toRegion: standby, errorName: 'TimeoutError' };
  expect(dependencies.log.lines).toMatchObject([line, line]);
});

test('a plan without URLs for the region is named', async () => {
  const { dependencies } = setUp(() => 200);
  const failure = probeRegion({ ...input, targetRegion: 'eu-south-1' }, dependencies);
  await expect(failure).rejects.toBeInstanceOf(ContractViolationError);
  await expect(failure).rejects.toThrow('eu-south-1');
});
