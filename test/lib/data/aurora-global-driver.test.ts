import { describe, expect, test } from '@jest/globals';
import { AuroraWorld, auroraStore, away, home } from './aurora-world.ts';

const store = auroraStore('ledger');

function world() {
  const aurora = new AuroraWorld();
  return { aurora, database: aurora.define(store), driver: aurora.driver(store) };
}

describe('the lag of an Aurora global database', () => {
  test('is what the copy measures while the writer lives', async () => {
    const { aurora, driver } = world();
    await aurora.pass(120);
    const lag = await driver.lag(aurora.kernel.nowMs, aurora.signal);
    expect(lag.seconds).toBeGreaterThan(0.05);
    expect(lag.seconds).toBeLessThan(1);
  });

  test('is unknown, with a reason, where nothing was measured', async () => {
    const { aurora, driver } = world();
    expect(await driver.lag(aurora.kernel.nowMs + 1, aurora.signal)).toEqual({
      seconds: null,
      reason: 'its lag was not measured within 15 minutes',
    });
  });

  test('does not grow after the writer died, however late it is asked', async () => {
    const { aurora, driver } = world();
    await aurora.pass(119);
    aurora.weather.setRegionDown(home);
    const diedAtMs = aurora.kernel.nowMs;
    await aurora.pass(300);
    expect((await driver.lag(diedAtMs, aurora.signal)).seconds).toBeLessThan(1);
  });

  test('counts the time from the last measurement to the death', async () => {
    const { aurora, driver } = world();
    await aurora.pass(120);
    aurora.weather.setUnreachable(home, away);
    await aurora.pass(240);
    const lag = await driver.lag(aurora.kernel.nowMs, aurora.signal);
    expect(lag.seconds).toBeGreaterThan(150);
    expect(lag.seconds).toBeLessThan(250);
  });

  test('grows with a replication that has stopped', async () => {
    const { aurora, database, driver } = world();
    await aurora.pass(60);
    database.replication.stop();
    await aurora.pass(90);
    expect((await driver.lag(aurora.kernel.nowMs, aurora.signal)).seconds).toBeGreaterThan(85);
  });
});

describe('a promotion', () => {
  test('is begun once, waits, and ends with the writer here', async () => {
    const { aurora, database, driver } = world();
    aurora.weather.setRegionDown(home);
    expect(await driver.verify(aurora.signal)).toEqual({ state: 'not-begun' });
    expect(await driver.promote('failover', aurora.signal)).toEqual({ state: 'waiting', detail: 'pending' });
    await aurora.pass(10);
    expect(await driver.promote('failover', aurora.signal)).toEqual({ state: 'waiting', detail: 'failing-over' });
    expect(database.takesWrites(away)).toBe(false);
    await aurora.pass(100);
    expect(await driver.promote('failover', aurora.signal)).toEqual({ state: 'promoted' });
    expect(database.takesWrites(away)).toBe(true);
    expect(aurora.calls.filter((one) => one === 'FailoverGlobalCluster')).toHaveLength(1);
  });

  test('that the store gave up is begun anew when it is asked again', async () => {
    const { aurora, database, driver } = world();
    aurora.weather.setRegionDown(home);
    database.refusePromotions(1);
    await driver.promote('failover', aurora.signal);
    await aurora.pass(40);
    expect(await driver.verify(aurora.signal)).toEqual({ state: 'not-begun' });
    expect(await driver.promote('failover', aurora.signal)).toMatchObject({ state: 'waiting' });
    await aurora.pass(100);
    expect(await driver.verify(aurora.signal)).toEqual({ state: 'promoted' });
  });

  test('without loss is refused, as a value, while the writer is dark', async () => {
    const { aurora, driver } = world();
    aurora.weather.setRegionDown(home);
    expect(await driver.promote('switchover', aurora.signal)).toEqual({
      state: 'failed',
      reason: expect.stringContaining('InvalidGlobalClusterStateFault'),
    });
  });

  test('of what does not exist, or is not a member, fails by name', async () => {
    const { aurora } = world();
    const none = aurora.driver(auroraStore('nothing'));
    expect(await none.promote('failover', aurora.signal)).toEqual({
      state: 'failed',
      reason: 'there is no global cluster nothing',
    });
    const stranger = aurora.driver({ ...store, clusters: { [home]: 'ledger-a', [away]: 'other' } });
    expect(await stranger.promote('failover', aurora.signal)).toEqual({
      state: 'failed',
      reason: 'other of eu-west-1 is not in ledger',
    });
  });
});

describe('the fence of an Aurora global database', () => {
  test('is unproved before the promotion, and after it while the old region is dark', async () => {
    const { aurora, driver } = world();
    aurora.weather.setRegionDown(home);
    expect(await driver.fence(aurora.signal)).toEqual({ fence: 'unproved', detail: 'the writer is in eu-central-1' });
    await driver.promote('failover', aurora.signal);
    await aurora.pass(120);
    expect(await driver.demote(aurora.signal)).toMatchObject({ fence: 'unproved' });
    expect(await driver.reseed(aurora.signal)).toMatchObject({ state: 'waiting' });
  });

  test('is proved when the old copy follows the new writer, and not a moment before', async () => {
    const { aurora, database, driver } = world();
    aurora.weather.setRegionDown(home);
    await driver.promote('failover', aurora.signal);
    await aurora.pass(120);
    aurora.weather.setRegionUp(home);
    expect(database.takesWrites(home)).toBe(true);
    await aurora.pass(60);
    expect(database.takesWrites(home)).toBe(false);
    expect(await driver.fence(aurora.signal)).toMatchObject({ fence: 'unproved' });
    await aurora.pass(360);
    expect(await driver.fence(aurora.signal)).toMatchObject({ fence: 'proved' });
    expect(await driver.reseed(aurora.signal)).toEqual({ state: 'in-sync' });
    expect(database.snapshots).toEqual([expect.stringMatching(/^rds:unplanned-global-failover-ledger-a-/)]);
  });
});
