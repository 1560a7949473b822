import { describe, expect, test } from '@jest/globals';
import { assessIncident } from '../../../lambdas/assess-incident/assess-incident.ts';
import type { Notice } from '../../../lambdas/shared/notice.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { type HealthIssue, HealthIssues } from '../../../lib/detection/health-issue.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { PageMarker } from '../../../lib/detection/page-marker.ts';
import { SignalStore } from '../../../lib/detection/signal-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { FakeRuntime } from '../shared/fake-runtime.ts';
import { RecordedEvents } from '../shared/recorded-events.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
/** Of an outage whose first signal is of 10 s after the start. */
const incidentId = 'shop-20260301T120010000Z';

type Signal = 'probe-standby' | 'probe-witness';

async function setUp(changes: Partial<Plan> = {}) {
  const tables = new SimulatedTables();
  const runtime = new FakeRuntime({ region: standby, now: at(0) });
  const plan = samplePlan(changes);
  const { client } = tables;
  const started: { name: string; input: string }[] = [];
  const pages: Notice[] = [];
  const events = new RecordedEvents();
  const authority = new Authority({ client, tableName: 'authority', estate: plan.estate });
  await authority.bootstrap({ region: active, nowMs: startMs, leaseSeconds: 60 });
  const metricAlarms = new Map<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>();
  const incidents = new IncidentStore({ client, tableName: 'coordination', estate: 'shop', region: active });
  const journal = new Journal({ client, tableName: 'journal', nowMs: runtime.nowMs });
  const dependencies = {
    plan,
    runtime,
    authority,
    alarms: { statesOf: async () => metricAlarms },
    signal: new AbortController().signal,
    signals: (region: string) =>
      new SignalStore({
        client,
        tableName: 'coordination',
        region,
        missingAfterSeconds: plan.detection.missingAfterSeconds,
      }),
    incidents: () => incidents,
    pages: new PageMarker({ client, tableName: 'coordination', nowMs: runtime.nowMs }),
    journal,
    events,
    operators: {
      tell: async (page: Notice): Promise<void> => {
        pages.push(page);
      },
    },
    failover: {
      stateMachineArn: 'arn:machine',
      start: async (name: string, input: string): Promise<void> => {
        started.push({ name, input });
      },
    },
  };
  const assess = (event: Parameters<typeof assessIncident>[0]) => assessIncident(event, dependencies);
  /** Lets the clock come to the observation, if it is not past it, and hands it over. */
  const observe = (signal: Signal, state: 'healthy' | 'unhealthy', seconds: number) => {
    runtime.advance(Math.max(0, (startMs + seconds * 1000 - runtime.nowMs()) / 1000));
    return assess(observed(signal, state, seconds));
  };
  return {
    metricAlarms,
    tables,
    runtime,
    authority,
    incidents,
    journal,
    dependencies,
    started,
    pages,
    events,
    assess,
    observe,
  };
}

function observed(signal: Signal, state: 'healthy' | 'unhealthy', seconds: number, region = active) {
  return {
    'detail-type': 'Signal Observed' as const,
    source: 'lifeboat' as const,
    id: `${signal}-${seconds}`,
    time: at(seconds),
    detail: { signal, region, state, observedAt: at(seconds), reason: 'no answer' },
  };
}

function alarm(value: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', seconds: number, alarmName = 'shop-heartbeat') {
  const timestamp = at(seconds).replace('Z', '+0000');
  return {
    'detail-type': 'CloudWatch Alarm State Change' as const,
    source: 'aws.cloudwatch' as const,
    id: `alarm-${seconds}`,
    time: at(seconds),
    detail: { alarmName, state: { value, timestamp } },
  };
}

/** Both probes see darkness at every slot from 10 s to `untilSeconds`; the last answer comes back. */
async function darkness(world: Awaited<ReturnType<typeof setUp>>, untilSeconds: number) {
  let last = await world.observe('probe-standby', 'unhealthy', 10);
  for (let seconds = 10; seconds <= untilSeconds; seconds += 10) {
    await world.observe('probe-standby', 'unhealthy', seconds);
    last = await world.observe('probe-witness', 'unhealthy', seconds);
  }
  return last;
}

test('the first signal is announced once, and the end of what was suspected only too', async () => {
  const world = await setUp();
  await world.observe('probe-standby', 'unhealthy', 10);
  await world.observe('probe-standby', 'unhealthy', 20);
  await world.observe('probe-witness', 'unhealthy', 20);
  const { incidentId } = (await world.incidents.current()) ?? {};
  const suspected = { type: 'Incident Suspected', detail: { incidentId, region: active, suspectedAt: at(10) } };
  expect(world.events.announced).toEqual([suspected]);
  for (let seconds = 30; seconds <= 150; seconds += 10) {
    await world.observe('probe-standby', 'healthy', seconds);
    await world.observe('probe-witness', 'healthy', seconds);
  }
  const calmed = { type: 'Incident Closed', detail: { incidentId, region: active, outcome: 'calmed' } };
  expect(world.events.announced).toEqual([suspected, calmed]);
});

describe('an outage that a quorum sees through the whole window', () => {
  test('starts the failover under the name of epoch and incident, once', async () => {
    const world = await setUp();
    expect(await darkness(world, 60)).toEqual({
      decision: 'suspected',
      incidentId,
      unhealthySignals: ['probe-standby', 'probe-witness'],
    });
    expect(world.started).toEqual([]);
    expect(await world.observe('probe-standby', 'unhealthy', 70)).toMatchObject({ decision: 'suspected' });
    expect(await world.observe('probe-witness', 'unhealthy', 70)).toMatchObject({ decision: 'started', incidentId });
    expect(await darkness(world, 120)).toMatchObject({ decision: 'started' });
    expect(world.started).toEqual([
      {
        name: `failover-epoch-2-${incidentId}`,
        input: JSON.stringify({ incidentId, observedEpoch: 1, trigger: 'automatic' }),
      },
    ]);
    expect(world.pages).toEqual([]);
    expect((await world.journal.read(incidentId)).map(({ kind }) => kind)).toEqual([
      'incident-opened',
      'signal-changed',
      'signal-changed',
      'incident-confirmed',
      'failover-requested',
    ]);
  });

  test('ends the same when every event comes twice at once', async () => {
    const world = await setUp();
    for (let seconds = 10; seconds <= 90; seconds += 10) {
      world.runtime.advance(10);
      const events = [observed('probe-standby', 'unhealthy', seconds), observed('probe-witness', 'unhealthy', seconds)];
      await Promise.all([...events, ...events].map(world.assess));
    }
    expect(new Set(world.started.map(({ name, input }) => name + input)).size).toBe(1);
    expect(await world.incidents.current()).toMatchObject({ incidentId, phase: 'started' });
    const entries = await world.journal.read(incidentId);
    expect(entries.map(({ kind }) => kind)).toEqual([
      'incident-opened',
      'signal-changed',
      'signal-changed',
      'incident-confirmed',
      'failover-requested',
    ]);
    expect(world.pages).toEqual([]);
  });

  test('is acted on by a later event when the first invocation died before it could start anything', async () => {
    const world = await setUp();
    await darkness(world, 60);
    const { start } = world.dependencies.failover;
    world.dependencies.failover.start = async () => {
      throw new Error('died');
    };
    await world.observe('probe-standby', 'unhealthy', 70);
    await expect(world.observe('probe-witness', 'unhealthy', 70)).rejects.toThrow('died');
    world.dependencies.failover.start = start;
    // Lambda hands the same event over again.
    expect(await world.observe('probe-witness', 'unhealthy', 70)).toMatchObject({ decision: 'started' });
    expect(world.started).toHaveLength(1);
  });

  test('may be seen by an alarm and one probe', async () => {
    const world = await setUp();
    await world.observe('probe-witness', 'unhealthy', 10);
    expect(await world.assess(alarm('ALARM', 10))).toMatchObject({ decision: 'suspected' });
    let last = await world.observe('probe-witness', 'unhealthy', 20);
    for (let seconds = 30; seconds <= 70; seconds += 10) {
      last = await world.observe('probe-witness', 'unhealthy', seconds);
    }
    expect(last).toMatchObject({ decision: 'started', unhealthySignals: ['probe-witness', 'heartbeat-alarm'] });
  });

  test('is not seen by two that look along one path', async () => {
    const world = await setUp();
    await world.assess(alarm('ALARM', 10));
    let last = await world.observe('probe-standby', 'unhealthy', 10);
    for (let seconds = 20; seconds <= 200; seconds += 10) {
      last = await world.observe('probe-standby', 'unhealthy', seconds);
    }
    expect(last).toMatchObject({ decision: 'held', unhealthySignals: ['probe-standby', 'heartbeat-alarm'] });
    expect(world.started).toEqual([]);
    expect(world.pages).toHaveLength(1);
    expect(world.pages[0]?.verdict).toContain('only 1 of the 2 vantages needed agree (standby)');
  });
});

describe('an outage that is over before it is confirmed', () => {
  test('is held, and the incident closed', async () => {
    const world = await setUp();
    await darkness(world, 50);
    await world.observe('probe-standby', 'healthy', 60);
    expect(await world.observe('probe-witness', 'healthy', 60)).toEqual({
      decision: 'recovering',
      incidentId,
      unhealthySignals: [],
    });
    await world.observe('probe-standby', 'healthy', 80);
    expect(await world.observe('probe-witness', 'healthy', 100)).toMatchObject({ decision: 'recovering' });
    expect(await world.incidents.current()).toMatchObject({ phase: 'open' });
    expect(await world.observe('probe-standby', 'healthy', 110)).toEqual({
      decision: 'quiet',
      incidentId,
      unhealthySignals: [],
    });
    expect(await world.incidents.current()).toMatchObject({ phase: 'closed', closedAs: 'calmed', closedAt: at(110) });
    expect(await world.observe('probe-witness', 'healthy', 120)).toEqual({ decision: 'quiet', unhealthySignals: [] });
    expect(world.started).toEqual([]);
    const changes = (await world.journal.read(incidentId)).filter(({ kind }) => kind === 'signal-changed');
    expect(changes.map(({ detail }) => detail)).toEqual([
      { signal: 'probe-standby', from: 'silent', to: 'unhealthy', since: at(10), reason: 'no answer' },
      { signal: 'probe-witness', from: 'silent', to: 'unhealthy', since: at(10), reason: 'no answer' },
      { signal: 'probe-standby', from: 'unhealthy', to: 'healthy', since: at(60), reason: 'no answer' },
      { signal: 'probe-witness', from: 'unhealthy', to: 'healthy', since: at(60), reason: 'no answer' },
    ]);
  });

  test('does not hide one that begins right after it', async () => {
    const world = await setUp();
    await darkness(world, 50);
    world.runtime.advance(100);
    for (const seconds of [60, 90]) {
      await world.assess(observed('probe-standby', 'healthy', seconds));
      // Judged late: by the clock, the next outage has begun already.
      await world.assess(observed('probe-witness', 'healthy', seconds));
    }
    expect(await world.assess(observed('probe-standby', 'unhealthy', 100))).toMatchObject({
      decision: 'suspected',
      incidentId: 'shop-20260301T120140000Z',
    });
  });

  test('that comes back before all is well is the same incident, and its window starts anew', async () => {
    const world = await setUp();
    await darkness(world, 50);
    await world.observe('probe-standby', 'healthy', 60);
    await world.observe('probe-witness', 'healthy', 60);
    await world.observe('probe-standby', 'unhealthy', 80);
    expect(await world.observe('probe-witness', 'unhealthy', 80)).toMatchObject({ incidentId });
    for (const seconds of [90, 100, 110, 120, 130]) {
      await world.observe('probe-standby', 'unhealthy', seconds);
      await world.observe('probe-witness', 'unhealthy', seconds);
    }
    expect(world.started).toEqual([]);
    await world.observe('probe-standby', 'unhealthy', 140);
    expect(await world.observe('probe-witness', 'unhealthy', 140)).toMatchObject({ decision: 'started', incidentId });
  });

  test('is not made one outage by a «healthy» that comes late', async () => {
    const world = await setUp();
    await darkness(world, 50);
    await world.observe('probe-standby', 'unhealthy', 70);
    expect(await world.observe('probe-standby', 'healthy', 60)).toEqual({ decision: 'stale', unhealthySignals: [] });
    expect(await world.observe('probe-witness', 'unhealthy', 70)).toMatchObject({ decision: 'suspected' });
    expect(world.started).toEqual([]);
  });

  test('stays open while nobody who can know says that all is well', async () => {
    const world = await setUp();
    await world.observe('probe-witness', 'unhealthy', 10);
    world.runtime.advance(100);
    expect(await world.assess(alarm('INSUFFICIENT_DATA', 115))).toEqual({ decision: 'quiet', unhealthySignals: [] });
    expect(await world.incidents.current()).toMatchObject({ phase: 'open' });
  });
});

describe('one signal alone', () => {
  test('starts nothing, and pages a human once when it lasts', async () => {
    const world = await setUp();
    await world.observe('probe-standby', 'healthy', 5);
    expect(await world.observe('probe-witness', 'unhealthy', 10)).toMatchObject({ decision: 'suspected' });
    for (let seconds = 20; seconds <= 200; seconds += 10) {
      const { decision } = await world.observe('probe-witness', 'unhealthy', seconds);
      expect(decision).toBe(seconds < 70 ? 'suspected' : 'held');
      if (seconds % 60 === 0) await world.observe('probe-standby', 'healthy', seconds);
    }
    expect(world.started).toEqual([]);
    expect(world.pages).toHaveLength(1);
    expect(world.pages[0]).toMatchObject({
      subject: 'Lifeboat shop: eu-central-1 suspected, no quorum',
      kind: 'no-quorum',
      severity: 'page',
      incidentId,
      since: at(10),
      region: standby,
      detail: { suspectedRegion: active, unhealthy: ['probe-witness'], healthy: ['probe-standby'] },
    });
    expect(world.pages[0]?.facts.join('\n')).toContain(
      'Unhealthy: probe-witness since 2026-03-01T12:00:10.000Z (no answer)',
    );
  });

  test('leaves the others time when they join late', async () => {
    const world = await setUp();
    for (let seconds = 10; seconds <= 60; seconds += 10) await world.observe('probe-witness', 'unhealthy', seconds);
    await world.observe('probe-standby', 'unhealthy', 65);
    expect(await world.observe('probe-witness', 'unhealthy', 75)).toMatchObject({ decision: 'suspected' });
    expect(world.pages).toEqual([]);
  });
});

describe('what AWS Health says', () => {
  const eventArn = 'arn:aws:health:eu-central-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/1';
  const issue = (changes: Partial<HealthIssue> = {}): HealthIssue => ({
    eventArn,
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
    status: 'open',
    startedAt: at(-600),
    updatedAt: at(-500),
    ...changes,
  });

  async function withIssue(one: HealthIssue) {
    const world = await setUp();
    const issues = new HealthIssues({ client: world.tables.client, tableName: 'coordination' });
    await issues.keep(active, one);
    return { ...world, issues };
  }

  test('counts for no quorum, is in the page and once in the journal', async () => {
    const world = await withIssue(issue());
    let last = await world.observe('probe-witness', 'unhealthy', 10);
    for (let seconds = 20; seconds <= 200; seconds += 10) {
      last = await world.observe('probe-witness', 'unhealthy', seconds);
    }
    expect(last).toMatchObject({ decision: 'held', unhealthySignals: ['probe-witness'] });
    expect(world.started).toEqual([]);
    expect(world.pages[0]?.facts).toContain(
      `AWS Health (counts for nothing): EC2, AWS_EC2_OPERATIONAL_ISSUE, open since ${at(-600)}`,
    );
    const noted = (await world.journal.read(incidentId)).filter(({ kind }) => kind === 'aws-health-noted');
    expect(noted).toMatchObject([{ detail: { eventArn, status: 'open', startedAt: at(-600) } }]);
  });

  test('opens no incident, and ends none', async () => {
    const world = await withIssue(issue({ status: 'closed', endedAt: at(15), updatedAt: at(15) }));
    expect(await world.observe('probe-standby', 'healthy', 5)).toMatchObject({ decision: 'quiet' });
    expect(await world.incidents.current()).toBeUndefined();
    await world.observe('probe-witness', 'unhealthy', 10);
    expect(await world.observe('probe-witness', 'unhealthy', 20)).toMatchObject({ decision: 'suspected' });
    expect(await world.incidents.current()).toMatchObject({ phase: 'open' });
  });

  test('is left out where it was over before the incident began', async () => {
    const world = await withIssue(issue({ status: 'closed', endedAt: at(-100), updatedAt: at(-90) }));
    for (let seconds = 10; seconds <= 100; seconds += 10) await world.observe('probe-witness', 'unhealthy', seconds);
    expect((await world.journal.read(incidentId)).map(({ kind }) => kind)).not.toContain('aws-health-noted');
    expect(world.pages[0]?.facts.join()).not.toContain('AWS Health');
  });
});

describe('what stands against an automatic start', () => {
  test('the block period: a human is paged once, and the failover starts when it is over', async () => {
    const world = await setUp({ detection: { ...samplePlan().detection, blockSeconds: 200 } });
    // The region that is dark now came up by a failover a moment ago.
    await world.authority.claim({
      region: active,
      observedEpoch: 1,
      incidentId: 'incident',
      executionArn: 'arn:before',
      nowMs: startMs + 62_000,
      leaseSeconds: 1,
    });
    expect(await darkness(world, 70)).toMatchObject({ decision: 'blocked' });
    expect(await darkness(world, 200)).toMatchObject({ decision: 'blocked' });
    expect(world.pages).toMatchObject([{ kind: 'blocked' }]);
    expect(world.pages[0]?.verdict).toContain('until 2026-03-01 12:04:22 UTC');
    expect(await darkness(world, 270)).toMatchObject({ decision: 'started' });
    expect(world.started[0]?.name).toBe(`failover-epoch-3-${incidentId}`);
  });

  test('a plan that asks for a person: the page says what to start', async () => {
    const world = await setUp({ approval: { ...samplePlan().approval, mode: 'manual' } });
    expect(await darkness(world, 100)).toMatchObject({ decision: 'needs-operator' });
    expect(world.started).toEqual([]);
    expect(world.pages).toMatchObject([
      {
        kind: 'needs-operator',
        detail: {
          start: {
            stateMachineArn: 'arn:machine',
            name: `operator-epoch-2-${incidentId}`,
            input: JSON.stringify({ incidentId, observedEpoch: 1, trigger: 'operator' }),
          },
        },
      },
    ]);
  });

  test('a failover of the same outage that ended without recovery', async () => {
    const world = await setUp();
    await darkness(world, 70);
    await world.incidents.close(incidentId, 'held', at(100));
    expect(await darkness(world, 300)).toMatchObject({ decision: 'held', incidentId });
    expect(world.started).toHaveLength(1);
  });
});

describe('what is none of its business', () => {
  const notMine = { decision: 'not-mine', unhealthySignals: [] };

  test('a region that is not active, itself included', async () => {
    const world = await setUp();
    expect(await world.assess(observed('probe-witness', 'unhealthy', 10, standby))).toEqual(notMine);
    await world.authority.claim({
      region: standby,
      observedEpoch: 1,
      incidentId: 'incident',
      executionArn: 'arn:execution',
      nowMs: startMs + 120_000,
      leaseSeconds: 60,
    });
    expect(await world.assess(observed('probe-witness', 'unhealthy', 10))).toEqual(notMine);
    expect(await world.assess(observed('probe-witness', 'unhealthy', 10, standby))).toEqual(notMine);
  });

  test('other alarms, and signals that the plan leaves out', async () => {
    const world = await setUp({
      detection: { ...samplePlan().detection, signals: ['probe-standby', 'heartbeat-alarm'] },
    });
    expect(await world.assess(alarm('ALARM', 10, 'shop-something'))).toEqual(notMine);
    expect(await world.observe('probe-witness', 'unhealthy', 10)).toEqual(notMine);
  });

  test('everything before there is an authority record: nothing is protected yet, and nobody is told', async () => {
    const world = await setUp();
    const dependencies = { ...world.dependencies, authority: { read: async () => undefined } };
    for (const event of [observed('probe-standby', 'healthy', 10), observed('probe-witness', 'unhealthy', 20)]) {
      expect(await assessIncident(event, dependencies)).toEqual(notMine);
    }
    expect(await assessIncident(alarm('ALARM', 30), dependencies)).toEqual(notMine);
    // Not even remembered: the first observation under an authority counts as the first.
    expect(await world.observe('probe-standby', 'unhealthy', 40)).toMatchObject({ decision: 'suspected' });
  });
});

describe('the alarm on what clients experience', () => {
  const { detection } = samplePlan();
  const signals = ['probe-standby', 'probe-witness', 'application-alarm'] as const;
  const counted = { detection: { ...detection, signals } };
  const verdicts = [
    [{ errors: 'OK', latency: 'ALARM' }, 'unhealthy'],
    [{ errors: 'OK', latency: 'INSUFFICIENT_DATA' }, 'unknown'],
    [{ errors: 'OK', latency: 'OK' }, 'healthy'],
    [{}, 'unknown'],
  ] as const;

  test.each(verdicts)('that does not ring says what those say that it joins: %j is %s', async (states, expected) => {
    const world = await setUp(counted);
    for (const [name, state] of Object.entries(states)) world.metricAlarms.set(`shop-degraded-${name}`, state);
    world.runtime.advance(20);
    await world.assess(alarm('OK', 20, 'shop-degraded'));
    const [record] = (await world.dependencies.signals(active).list()).signals;
    expect(record).toMatchObject({ signal: 'application-alarm', state: expected });
  });

  test('that rings makes a quorum with a probe from elsewhere', async () => {
    const world = await setUp(counted);
    world.runtime.advance(10);
    expect(await world.assess(alarm('ALARM', 10, 'shop-degraded'))).toMatchObject({ decision: 'suspected' });
    let last = await world.observe('probe-witness', 'unhealthy', 10);
    for (let seconds = 20; seconds <= 70; seconds += 10)
      last = await world.observe('probe-witness', 'unhealthy', seconds);
    expect(last).toMatchObject({ decision: 'started', unhealthySignals: ['probe-witness', 'application-alarm'] });
  });
});

test('an alarm without a readable time is taken at the event’s', async () => {
  const world = await setUp();
  const event = alarm('ALARM', 10);
  event.detail.state.timestamp = 'soon';
  world.runtime.advance(10);
  expect(await world.assess(event)).toMatchObject({ decision: 'suspected', incidentId });
  expect(await world.assess(alarm('OK', 40))).toMatchObject({ decision: 'recovering', incidentId });
});
