import { describe, expect, test } from '@jest/globals';
import { renewLease } from '../../../lambdas/renew-lease/renew-lease.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { Slots } from '../../../lib/detection/slots.ts';
import { FakeLog } from '../shared/fake-log.ts';
import { FakeMetrics } from '../shared/fake-metrics.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { RecordedEvents } from '../shared/recorded-events.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

function setUp(region = active) {
  const tables = new SimulatedTables();
  const runtime = new FakeRuntime({ region, now: '2026-03-01T12:00:05.000Z' });
  const authority = new Authority({ client: tables.client, tableName: 'authority', estate: 'shop' });
  const heartbeats: number[] = [];
  const dependencies = {
    plan: samplePlan(),
    runtime,
    log: new FakeLog(),
    metrics: new FakeMetrics(),
    authority,
    events: new RecordedEvents(),
    signal: new AbortController().signal,
    slots: () =>
      new Slots({
        ...{ client: tables.client, tableName: 'coordination', beat: 'lease' },
        ...{ taker: runtime.uuid(), startedMs: runtime.nowMs() },
      }),
    heartbeat: async (atMs: number): Promise<void> => {
      heartbeats.push(atMs);
    },
  };
  return { tables, runtime, authority, heartbeats, dependencies };
}

describe('in the plan’s active region', () => {
  test('creates the record, then renews and beats every 10 s', async () => {
    const { runtime, authority, heartbeats, dependencies } = setUp();
    const output = await runtime.run(renewLease({}, dependencies));
    expect(output).toEqual({ role: 'active', renewals: 12, heartbeats: 12 });
    expect(dependencies.metrics.valuesOf('Beats')).toEqual(Array.from({ length: 12 }, () => 1));
    expect(heartbeats[1]).toBe(Date.parse('2026-03-01T12:00:20.000Z'));
    expect(await authority.read()).toMatchObject({
      epoch: 1,
      activeRegion: active,
      leaseExpiresAt: Date.parse('2026-03-01T12:03:00.000Z'),
    });
  });

  test('two overlapping invocations renew each slot once', async () => {
    const { runtime, heartbeats, dependencies } = setUp();
    const both = Promise.all([renewLease({}, dependencies), renewLease({}, dependencies)]);
    const outputs = await runtime.run(both);
    expect(outputs.reduce((sum, { renewals }) => sum + renewals, 0)).toBe(12);
    expect(heartbeats).toHaveLength(12);
  });

  test('goes on renewing when nobody hears the heartbeat, and says so once', async () => {
    const { runtime, dependencies } = setUp();
    dependencies.heartbeat = async () => {
      throw Object.assign(new Error('region dark'), { code: 'ETIMEDOUT' });
    };
    const output = await runtime.run(renewLease({}, dependencies));
    expect(output).toEqual({ role: 'active', renewals: 12, heartbeats: 0 });
    expect(dependencies.log.lines).toMatchObject([{ level: 'warn', errorMessage: 'region dark' }]);
  });

  test('a heartbeat that is refused is a failure, after the lease was renewed', async () => {
    const { runtime, authority, dependencies } = setUp();
    dependencies.heartbeat = async () => {
      throw Object.assign(new Error('not authorized to perform: cloudwatch:PutMetricData'), { name: 'AccessDenied' });
    };
    await expect(runtime.run(renewLease({}, dependencies))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await authority.read()).toMatchObject({ leaseExpiresAt: Date.parse('2026-03-01T12:03:00.000Z') });
  });

  test('goes on after a failed renewal, and says so at the end', async () => {
    const { runtime, authority, heartbeats, dependencies } = setUp();
    let refused = false;
    const { renew } = authority;
    authority.renew = async (...given) => {
      if (refused) return renew.apply(authority, given);
      refused = true;
      throw Object.assign(new Error('refused'), { name: 'AccessDeniedException' });
    };
    const failure = runtime.run(renewLease({}, dependencies));
    await expect(failure).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(heartbeats).toHaveLength(12);
    expect(await authority.read()).toMatchObject({ leaseExpiresAt: Date.parse('2026-03-01T12:03:00.000Z') });
  });

  test('stops when another region takes over between reading and renewing', async () => {
    const { runtime, tables, authority, dependencies } = setUp();
    await authority.bootstrap({ region: active, nowMs: runtime.nowMs() - 3_600_000, leaseSeconds: 60 });
    tables.before('UpdateItem', () =>
      authority.claim({
        region: standby,
        observedEpoch: 1,
        incidentId: 'incident',
        executionArn: 'arn:execution',
        nowMs: runtime.nowMs(),
        leaseSeconds: 60,
      }),
    );
    expect(await runtime.run(renewLease({}, dependencies))).toEqual({ role: 'standby', renewals: 0, heartbeats: 1 });
    expect(await authority.read()).toMatchObject({ activeRegion: standby, epoch: 2 });
  });

  test('does not renew while another region asks for the lease, wakes who closes the ingress, and renews afterwards', async () => {
    const { runtime, authority, heartbeats, dependencies } = setUp();
    await authority.bootstrap({ region: active, nowMs: runtime.nowMs(), leaseSeconds: 60 });
    const untilMs = Date.parse('2026-03-01T12:01:05.000Z');
    const request = { requestedBy: 'arn:execution', incidentId: 'incident', untilMs };
    await authority.requestYield({ region: standby, observedEpoch: 1, request });
    const output = await runtime.run(renewLease({}, dependencies));
    expect(output).toEqual({ role: 'active', renewals: 6, heartbeats: 12 });
    expect(heartbeats).toHaveLength(12);
    expect(dependencies.events.announced).toHaveLength(6);
    expect(dependencies.events.announced[0]).toEqual({
      type: 'Yield Requested',
      detail: { incidentId: 'incident', region: active, until: '2026-03-01T12:01:05.000Z' },
    });
  });

  test('goes on under the new epoch when the authority went and came back between two slots', async () => {
    const { runtime, authority, dependencies } = setUp();
    await authority.bootstrap({ region: active, nowMs: runtime.nowMs() - 3_600_000, leaseSeconds: 60 });
    dependencies.heartbeat = async (atMs) => {
      if (atMs !== Date.parse('2026-03-01T12:00:40.000Z')) return;
      const claim = { executionArn: 'arn:execution', incidentId: 'incident', nowMs: atMs + 3_600_000, leaseSeconds: 1 };
      await authority.claim({ ...claim, region: standby, observedEpoch: 1 });
      await authority.claim({
        ...claim,
        region: active,
        observedEpoch: 2,
        nowMs: atMs + 7_200_000,
        leaseSeconds: -7_200,
      });
    };
    expect(await runtime.run(renewLease({}, dependencies))).toEqual({ role: 'active', renewals: 12, heartbeats: 12 });
    expect(await authority.read()).toMatchObject({
      epoch: 3,
      activeRegion: active,
      leaseExpiresAt: Date.parse('2026-03-01T12:03:00.000Z'),
    });
  });

  test('asks for the authority once and then makes two writes a slot', async () => {
    const { runtime, tables, authority, dependencies } = setUp();
    await authority.bootstrap({ region: active, nowMs: runtime.nowMs(), leaseSeconds: 60 });
    tables.operations.length = 0;
    await runtime.run(renewLease({}, dependencies));
    expect(tables.operations).toEqual(['GetItem', ...Array.from({ length: 24 }, () => 'UpdateItem')]);
  });
});

describe('in the other region', () => {
  test('neither creates the record nor renews nor beats', async () => {
    const { runtime, authority, heartbeats, dependencies } = setUp(standby);
    const nothing = { role: 'standby', renewals: 0, heartbeats: 0 };
    expect(await runtime.run(renewLease({}, dependencies))).toEqual(nothing);
    expect(await authority.read()).toBeUndefined();
    await authority.bootstrap({ region: active, nowMs: runtime.nowMs(), leaseSeconds: 60 });
    expect(await runtime.run(renewLease({}, dependencies))).toEqual(nothing);
    expect(heartbeats).toEqual([]);
  });

  test('renews once it is the active one', async () => {
    const { runtime, authority, dependencies } = setUp(standby);
    await authority.bootstrap({ region: standby, nowMs: runtime.nowMs(), leaseSeconds: 60 });
    expect(await runtime.run(renewLease({}, dependencies))).toMatchObject({ role: 'active', renewals: 12 });
  });
});
