import { beforeEach, describe, expect, test } from '@jest/globals';
import { captureAgeLimitSeconds } from '../../../lib/plan/capture-age.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { type EstateStatus, estateStatus } from '../../../lib/status/estate-status.ts';
import type { RegionStatus } from '../../../lib/status/region-status.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';
import { active, EstateOfTables, plan, standby } from './estate-of-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
const execution = 'arn:aws:states:eu-west-1:111122223333:execution:bank-failover:one';

let estate: EstateOfTables;

beforeEach(() => {
  estate = new EstateOfTables();
});

function ask(seconds: number, of: Plan = plan): Promise<EstateStatus> {
  const tables = (region: string) => estate.of(region).client;
  return estateStatus({ plan: of, nowMs: () => startMs + seconds * 1000, tables });
}

function regionIn(status: EstateStatus, region: string): RegionStatus {
  const found = status.regions.find((one) => one.region === region);
  if (found === undefined || 'unreadable' in found) throw new Error(`${region} was not asked`);
  return found;
}

describe('an estate that is well', () => {
  test('has a lease that runs, young captures, no incident and no failover', async () => {
    await estate.live(startMs);
    const status = await ask(20);
    expect(status).toMatchObject({
      ok: true,
      problems: [],
      at: at(20),
      authority: {
        epoch: 1,
        activeRegion: active,
        phase: 'serving',
        leaseSecondsLeft: plan.authority.leaseSeconds - 20,
        leaseExpiresAt: at(plan.authority.leaseSeconds),
      },
      captures: { region: standby, limitSeconds: captureAgeLimitSeconds(plan) },
    });
    expect(status.captures?.applications).toEqual(
      estate.names().map((name) => ({ name, ageSeconds: 20, isTooOld: false })),
    );
    expect(regionIn(status, standby)).toMatchObject({ observes: active, signals: [], prewarms: [] });
  });

  test('nothing is written by asking', async () => {
    await estate.live(startMs);
    const before = [...estate.regions.values()].map(({ operations }) => operations.length);
    await ask(20);
    const asked = [...estate.regions.values()].flatMap(({ operations }, index) => operations.slice(before[index]));
    expect([...new Set(asked)].sort()).toEqual(['GetItem', 'Query']);
  });
});

describe('an estate that is not well', () => {
  test('has never had an active region', async () => {
    const status = await ask(0);
    expect(status).toMatchObject({ ok: false, authority: null, captures: null });
    expect(status.problems).toEqual(['no region has ever been active: its lease was never renewed']);
  });

  test('has a lease that ran out, to the millisecond', async () => {
    await estate.live(startMs);
    const lease = plan.authority.leaseSeconds;
    expect((await ask(lease - 0.001)).ok).toBe(true);
    expect((await ask(lease)).problems).toEqual([
      `the lease of ${active} ran out at ${at(lease)}: it does not renew it`,
    ]);
  });

  test('has captures that are older than the platform allows, or none', async () => {
    const limit = captureAgeLimitSeconds(plan);
    await estate.leased(startMs + limit * 1000);
    const [first, second, ...rest] = estate.names() as [string, string, ...string[]];
    await estate.captured(startMs, [first]);
    await estate.captured(startMs + 1000, rest);
    const status = await ask(limit + 1);
    expect(status.problems).toEqual([
      `what ${standby} knows of ${first} is ${limit + 1} s old, allowed are ${limit} s`,
      `${standby} was never told how much of ${second} runs`,
    ]);
    expect(status.captures?.applications.filter(({ isTooOld }) => isTooOld)).toEqual([
      { name: first, ageSeconds: limit + 1, isTooOld: true },
      { name: second, ageSeconds: null, isTooOld: true },
    ]);
  });

  test('has an open incident, with its signals and what they come to', async () => {
    await estate.live(startMs);
    const incident = await estate.incidents(standby, active).open(at(5));
    await estate.signals(standby, active).observe({ signal: 'probe-standby', state: 'unhealthy', observedAt: at(5) });
    const status = await ask(10);
    expect(status.problems).toEqual([`incident ${incident.incidentId} of ${active} is open since ${at(5)}`]);
    const { signals, quorum, incident: shown } = regionIn(status, standby);
    expect(signals).toEqual([
      { signal: 'probe-standby', state: 'unhealthy', since: at(5), lastObservedAt: at(5), reason: undefined },
    ]);
    expect(quorum).toMatchObject({ met: false, vantages: ['standby'] });
    expect(quorum.missing).toContain('probe-witness');
    expect(shown).toMatchObject({ phase: 'open', openedAt: at(5) });
    await estate.incidents(standby, active).close(incident.incidentId, 'calmed', at(8));
    expect((await ask(10)).ok).toBe(true);
  });

  test('has a failover that runs and a request to yield; a lock that ran out is nobody’s', async () => {
    await estate.live(startMs);
    await estate.lock(standby).acquire({ executionArn: execution, incidentId: 'bank-1', nowMs: startMs });
    await estate.lock(standby).commit(execution, startMs + 1000);
    for (const authority of estate.authorities()) {
      const request = { requestedBy: execution, incidentId: 'bank-1', untilMs: startMs + 30_000 };
      await authority.requestYield({ region: standby, observedEpoch: 1, request });
    }
    const status = await ask(10);
    expect(status.problems).toEqual([
      `${active} is asked for its lease, until ${at(30)}`,
      `a failover to ${standby} runs: ${execution}`,
    ]);
    expect(regionIn(status, standby).failover).toMatchObject({ executionArn: execution, committedAt: at(1) });
    expect((await ask(31)).authority?.yieldRequest).toBeUndefined();
    expect(regionIn(await ask(4000), standby).failover).toBeUndefined();
  });

  test('has claimed an epoch and does not serve; then the record of the failover is its last one', async () => {
    await estate.live(startMs);
    const nowMs = startMs + (plan.authority.leaseSeconds + 2) * 1000;
    for (const authority of estate.authorities()) {
      const claim = { region: standby, observedEpoch: 1, executionArn: execution, incidentId: 'bank-1' };
      await authority.claim({ ...claim, nowMs, leaseSeconds: plan.authority.leaseSeconds });
    }
    const claimed = await ask(plan.authority.leaseSeconds + 3);
    expect(claimed.problems[0]).toBe(`${standby} has claimed epoch 2 and does not serve yet`);
    expect(claimed.captures?.region).toBe(active);
    await estate.recorded(standby, { executionArn: execution, closedAt: at(300), missed: ['cards'] });
    await estate.recorded(standby, { executionArn: 'earlier', closedAt: at(200), missed: [] });
    const { lastRecord } = regionIn(await ask(plan.authority.leaseSeconds + 3), standby);
    expect(lastRecord).toMatchObject({
      executionArn: execution,
      closedAt: at(300),
      outcome: 'held',
      missed: ['cards'],
    });
  });
});

test('what is pre-warmed and an ingress that is closed are told', async () => {
  await estate.live(startMs);
  await estate.prewarmed(standby, at(1));
  await estate.closed(active, at(2));
  const status = await ask(10);
  expect(regionIn(status, standby).prewarms).toEqual([{ incidentId: 'bank-1', startedAt: at(1) }]);
  expect(regionIn(status, active).closedIngress).toEqual({ closedAt: at(2) });
  expect(status.ok).toBe(true);
});

describe('a table that gives no answer', () => {
  test('is a problem with the policy that lets people, and the other region still answers', async () => {
    await estate.live(startMs);
    estate.of(active).fail('Query', 'AccessDeniedException');
    const status = await ask(10);
    expect(status.ok).toBe(false);
    expect(status.problems).toHaveLength(1);
    expect(status.problems[0]).toMatch(
      /^table bank-coordination in eu-central-1 may not be read: .*bank-operators-eu-central-1/,
    );
    expect(status.regions[0]).toEqual({ region: active, unreadable: status.problems[0] });
    expect(regionIn(status, standby).observes).toBe(active);
  });

  test('of a region that is dark does not keep the other from saying who is active', async () => {
    await estate.live(startMs);
    // Both attempts of each of the client's calls.
    for (const operation of ['GetItem', 'Query']) {
      for (let call = 0; call < 20; call++) estate.of(active).fail(operation, 'request-lost');
    }
    const status = await ask(10);
    expect(status.authority).toMatchObject({ activeRegion: active });
    expect(status.problems).toEqual([
      'table bank-coordination in eu-central-1 gives no answer: TimeoutError: no answer',
    ]);
  });

  test('of captures leaves them unknown', async () => {
    await estate.live(startMs);
    estate.regions.set(standby, new SimulatedTables('other-'));
    const status = await ask(10);
    expect(status.captures).toBeNull();
    expect(status.problems).toContain(
      `table bank-captures in ${standby} isn't there: the estate is not deployed, or the credentials are of another account`,
    );
  });

  test('of the authority ends the question, and a regional one is asked for where it lies only', async () => {
    await estate.live(startMs);
    estate.regions.set(standby, new SimulatedTables('other-'));
    const regional: Plan = { ...plan, authority: { ...plan.authority, kind: 'regional' } };
    await expect(ask(10, regional)).rejects.toMatchObject({
      name: 'TableUnreadableError',
      message: expect.stringMatching(/^table bank-authority in eu-west-1 isn't there[^\n]*$/),
    });
    estate.regions.set(active, new SimulatedTables('other-'));
    await expect(ask(10)).rejects.toThrow(/in eu-central-1 isn't there.*\n.*in eu-west-1 isn't there/);
  });
});
