import { expect, test } from '@jest/globals';
import { readCheckers } from '../../../lambdas/read-checkers/read-checkers.ts';
import { ContractViolationError } from '../../../lambdas/shared/errors.ts';
import { invocationSlots } from '../../../lambdas/shared/invocation-slots.ts';
import type { ObservationDetail } from '../../../lambdas/shared/observer.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { Dns } from '../../../lib/traffic/dns.ts';
import { FakeLog } from '../shared/fake-log.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const zone = { name: 'shop.example', hostedZoneId: 'Z0SHOP' };
const input = { targetRegion: active, reportTo: standby };

function setUp(answer: (server: string, clock: string) => string | Error, plan: Plan = planWithZone()) {
  const tables = new SimulatedTables();
  const runtime = new FakeRuntime({ region: standby, now: '2026-03-01T12:00:05.000Z' });
  const reports: ObservationDetail[] = [];
  const asked = new Set<string>();
  const clock = () => new Date(runtime.nowMs()).toISOString().slice(14, 19);
  const dns: Dns = {
    nameServersOf: async () => ['ns-1', 'ns-2', 'ns-3', 'ns-4'],
    addressesOf: async (host) => [host.replace('ns-', '192.0.2.')],
    canonicalNamesAt: async () => [],
    textsAt: async (server, name) => {
      asked.add(name);
      const said = answer(server, clock());
      if (said instanceof Error) throw said;
      return [said];
    },
  };
  const dependencies = {
    plan,
    runtime,
    log: new FakeLog(),
    dns,
    signal: new AbortController().signal,
    slots: (beat: string) => invocationSlots({ client: tables.client, tableName: 'coordination', beat }, runtime),
    report: async (_: string, detail: ObservationDetail) => {
      reports.push(detail);
    },
  };
  const states = () => reports.map(({ observedAt, state }) => [observedAt.slice(14, 19), state]);
  return { runtime, dependencies, reports, states, asked };
}

function planWithZone(): Plan {
  return samplePlan({ detection: { ...samplePlan().detection, route53: { zone } } });
}

test('the checkers’ verdict is asked for at the zone’s name servers and reported while it is bad', async () => {
  const bad = (clock: string) => clock >= '00:30' && clock < '00:50';
  const { runtime, dependencies, states, reports, asked } = setUp((_, clock) => (bad(clock) ? 'unhealthy' : 'healthy'));
  expect(await runtime.run(readCheckers(input, dependencies))).toEqual({ slotsTaken: 12, unhealthySlots: 2 });
  expect(states()).toEqual([
    ['00:10', 'healthy'],
    ['00:30', 'unhealthy'],
    ['00:40', 'unhealthy'],
    ['00:50', 'healthy'],
    ['01:00', 'healthy'],
    ['02:00', 'healthy'],
  ]);
  expect(reports[0]).toMatchObject({ signal: 'route53-checkers', region: active });
  expect([...asked]).toEqual([`_lifeboat-shop-${active}.shop.example`]);
});

test('name servers that are silent or disagree make the signal unknown in every slot', async () => {
  const silent = setUp(() => new Error('ETIMEOUT'));
  await silent.runtime.run(readCheckers(input, silent.dependencies));
  expect(silent.reports).toHaveLength(12);
  expect(silent.reports[0]).toMatchObject({ state: 'unknown', reason: '0 of 4 name servers answered' });
  const torn = setUp((server) => (server === '192.0.2.1' ? 'healthy' : 'unhealthy'));
  await torn.runtime.run(readCheckers(input, torn.dependencies));
  expect(torn.reports[0]).toMatchObject({ state: 'unknown' });
});

test('a plan without a zone is a fault of the plan', async () => {
  const { runtime, dependencies } = setUp(() => 'healthy', samplePlan({ applications: [] }));
  await expect(runtime.run(readCheckers(input, dependencies))).rejects.toThrow(ContractViolationError);
});
