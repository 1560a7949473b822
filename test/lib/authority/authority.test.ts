import { describe, expect, test } from '@jest/globals';
import { Authority } from '../../../lib/authority/authority.ts';
import { blockedUntil, claimableFromMs, leaseClockSkewMs } from '../../../lib/authority/authority-record.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const leaseSeconds = 60;
const afterLeaseMs = startMs + leaseSeconds * 1000 + leaseClockSkewMs + 1;

function setUp() {
  const tables = new SimulatedTables();
  const authority = new Authority({ client: tables.client, tableName: 'authority', estate: 'shop' });
  const bootstrap = () => authority.bootstrap({ region: 'eu-central-1', nowMs: startMs, leaseSeconds });
  const claim = (changes: { executionArn?: string; nowMs?: number; observedEpoch?: number } = {}) =>
    authority.claim({
      region: 'eu-west-1',
      observedEpoch: 1,
      incidentId: 'incident',
      executionArn: 'arn:first',
      nowMs: afterLeaseMs,
      leaseSeconds,
      ...changes,
    });
  return { tables, authority, bootstrap, claim };
}

describe('bootstrap', () => {
  test('creates epoch 1 in the serving phase', async () => {
    const { authority, bootstrap } = setUp();
    expect(await authority.read()).toBeUndefined();
    await bootstrap();
    expect(await authority.read()).toEqual({
      estate: 'shop',
      epoch: 1,
      activeRegion: 'eu-central-1',
      phase: 'serving',
      leaseExpiresAt: startMs + 60_000,
      claimedBy: 'bootstrap',
      claimedAt: '2026-03-01T12:00:00.000Z',
      servingSince: '2026-03-01T12:00:00.000Z',
    });
  });

  test('never replaces a record that is there', async () => {
    const { authority, bootstrap, claim } = setUp();
    await bootstrap();
    await claim();
    expect(await bootstrap()).toMatchObject({ epoch: 2, activeRegion: 'eu-west-1' });
    expect(await authority.read()).toMatchObject({ epoch: 2 });
  });
});

describe('a request to yield', () => {
  const lease = { region: 'eu-central-1', epoch: 1, leaseSeconds };
  const request = { requestedBy: 'arn:first', incidentId: 'incident', untilMs: startMs + 80_000 };
  const asked = { region: 'eu-west-1', observedEpoch: 1, request };

  test('leaves the lease its end and keeps it from being renewed, as long as it holds', async () => {
    const { authority, bootstrap } = setUp();
    const { leaseExpiresAt } = await bootstrap();
    await authority.requestYield(asked);
    expect(await authority.renew({ ...lease, nowMs: request.untilMs })).toMatchObject({ outcome: 'asked-to-yield' });
    expect(await authority.read()).toMatchObject({ leaseExpiresAt });
    const nowMs = request.untilMs + 1;
    expect(await authority.renew({ ...lease, nowMs })).toMatchObject({ outcome: 'done' });
    expect(await authority.read()).toMatchObject({ leaseExpiresAt: nowMs + 60_000 });
  });

  test('lets the holder, and nobody else, end the lease at once', async () => {
    const { authority, bootstrap } = setUp();
    await bootstrap();
    expect(await authority.giveUpLease({ ...lease, nowMs: startMs })).toMatchObject({ outcome: 'stale' });
    await authority.requestYield(asked);
    const nowMs = startMs + 5000;
    const other = { ...lease, region: 'eu-west-1', nowMs };
    expect(await authority.giveUpLease(other)).toMatchObject({ outcome: 'stale' });
    expect(await authority.giveUpLease({ ...lease, nowMs })).toMatchObject({ outcome: 'done' });
    expect(await authority.read()).toMatchObject({ leaseExpiresAt: nowMs });
  });

  test('is made to another region only, under the epoch that is, and withdrawn by who made it', async () => {
    const { authority, bootstrap, claim } = setUp();
    expect(await authority.requestYield(asked)).toEqual({ outcome: 'missing' });
    await bootstrap();
    expect(await authority.requestYield({ ...asked, region: 'eu-central-1' })).toMatchObject({ outcome: 'stale' });
    expect(await authority.requestYield({ ...asked, observedEpoch: 7 })).toMatchObject({ outcome: 'stale' });
    await authority.requestYield(asked);
    await authority.withdrawYield({ observedEpoch: 1, executionArn: 'arn:second' });
    expect(await authority.read()).toMatchObject({ yieldRequest: request });
    await authority.withdrawYield({ observedEpoch: 1, executionArn: 'arn:first' });
    expect(await authority.read()).not.toHaveProperty('yieldRequest');
    await authority.requestYield(asked);
    await claim();
    expect(await authority.read()).not.toHaveProperty('yieldRequest');
  });

  test('is forgotten when its time is over, not before', async () => {
    const { authority, bootstrap } = setUp();
    await bootstrap();
    await authority.requestYield(asked);
    await authority.forgetYield({ epoch: 1, nowMs: request.untilMs });
    expect(await authority.read()).toMatchObject({ yieldRequest: request });
    await authority.forgetYield({ epoch: 1, nowMs: request.untilMs + 1 });
    expect(await authority.read()).not.toHaveProperty('yieldRequest');
  });
});

describe('renewal', () => {
  const lease = { region: 'eu-central-1', epoch: 1, leaseSeconds };

  test('moves the end of the lease forward and never back', async () => {
    const { authority, bootstrap } = setUp();
    await bootstrap();
    await authority.renew({ ...lease, nowMs: startMs + 20_000 });
    const overtaken = await authority.renew({ ...lease, nowMs: startMs + 10_000 });
    expect(overtaken).toMatchObject({ outcome: 'done', record: { leaseExpiresAt: startMs + 80_000 } });
  });

  test('is refused once another region has claimed', async () => {
    const { authority, bootstrap, claim } = setUp();
    await bootstrap();
    await claim();
    const late = await authority.renew({ ...lease, nowMs: afterLeaseMs + 1000 });
    expect(late).toMatchObject({ outcome: 'stale', record: { epoch: 2 } });
    expect(await authority.read()).toMatchObject({ activeRegion: 'eu-west-1', epoch: 2 });
  });

  test('says when there is nothing to renew', async () => {
    const { authority } = setUp();
    expect(await authority.renew({ ...lease, nowMs: startMs })).toEqual({ outcome: 'missing' });
  });
});

describe('claim', () => {
  test('waits for the lease and the clocks to be over', async () => {
    const { bootstrap, claim } = setUp();
    const record = await bootstrap();
    expect(claimableFromMs(record)).toBe(afterLeaseMs);
    expect(await claim({ nowMs: afterLeaseMs - 1 })).toMatchObject({ outcome: 'lease-held', record: { epoch: 1 } });
    expect(await claim()).toMatchObject({
      outcome: 'claimed',
      record: {
        epoch: 2,
        activeRegion: 'eu-west-1',
        phase: 'claimed',
        claimedBy: 'arn:first',
        leaseExpiresAt: afterLeaseMs + 60_000,
        lastFailoverAt: new Date(afterLeaseMs).toISOString(),
      },
    });
  });

  test('does not wait for the lease of its own region: a failover that got stuck can be taken over', async () => {
    const { bootstrap, claim } = setUp();
    await bootstrap();
    await claim();
    const takenOver = { observedEpoch: 2, executionArn: 'arn:second', nowMs: afterLeaseMs + 1 };
    expect(await claim(takenOver)).toMatchObject({ outcome: 'claimed', record: { epoch: 3, claimedBy: 'arn:second' } });
    expect(await claim({ nowMs: afterLeaseMs + 2 })).toMatchObject({ outcome: 'stale' });
  });

  test('gives the same execution what it got before', async () => {
    const { bootstrap, claim } = setUp();
    await bootstrap();
    const first = await claim();
    expect(await claim({ nowMs: afterLeaseMs + 5000 })).toEqual(first);
  });

  test('knows its own write when the answer was lost', async () => {
    const { tables, bootstrap, claim } = setUp();
    await bootstrap();
    tables.fail('UpdateItem', 'answer-lost');
    expect(await claim()).toMatchObject({ outcome: 'claimed', record: { epoch: 2, claimedBy: 'arn:first' } });
  });

  test('lets one of two executions win', async () => {
    const { bootstrap, claim } = setUp();
    await bootstrap();
    const results = await Promise.all([claim(), claim({ executionArn: 'arn:second' })]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['claimed', 'stale']);
  });

  test('refuses an epoch that was never or is no longer the current one', async () => {
    const { bootstrap, claim } = setUp();
    expect(await claim()).toEqual({ outcome: 'missing' });
    await bootstrap();
    expect(await claim({ observedEpoch: 7 })).toMatchObject({ outcome: 'stale', record: { epoch: 1 } });
  });

  test('passes failures on that are no condition', async () => {
    const { tables, bootstrap, claim } = setUp();
    await bootstrap();
    tables.fail('UpdateItem', 'AccessDeniedException');
    await expect(claim()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('serving', () => {
  test('begins once and stays', async () => {
    const { authority, bootstrap, claim } = setUp();
    await bootstrap();
    await claim();
    expect((await authority.read())?.servingSince).toBeUndefined();
    const service = { region: 'eu-west-1', epoch: 2 };
    const first = await authority.serve({ ...service, nowMs: afterLeaseMs + 1000 });
    const again = await authority.serve({ ...service, nowMs: afterLeaseMs + 9000 });
    expect(first).toMatchObject({ outcome: 'done', record: { phase: 'serving' } });
    expect(again).toEqual(first);
  });

  test('is refused under an old epoch', async () => {
    const { authority, bootstrap, claim } = setUp();
    expect(await authority.serve({ region: 'eu-west-1', epoch: 2, nowMs: startMs })).toEqual({ outcome: 'missing' });
    await bootstrap();
    await claim();
    const old = await authority.serve({ region: 'eu-central-1', epoch: 1, nowMs: afterLeaseMs });
    expect(old).toMatchObject({ outcome: 'stale', record: { epoch: 2, phase: 'claimed' } });
  });
});

test('the block period runs from the last failover', async () => {
  const { authority, bootstrap, claim } = setUp();
  const before = await bootstrap();
  expect(blockedUntil(before, 3600, startMs)).toBeUndefined();
  await claim();
  const record = await authority.read();
  if (record === undefined) throw new Error('no record');
  const endMs = afterLeaseMs + 3_600_000;
  expect(blockedUntil(record, 3600, endMs - 1)).toBe(new Date(endMs).toISOString());
  expect(blockedUntil(record, 3600, endMs)).toBeUndefined();
});
