import { describe, expect, test } from '@jest/globals';
import { claimAuthority } from '../../../lambdas/claim-authority/claim-authority.ts';
import {
  AuthorityMissingError,
  IncidentAbortedError,
  LeaseRenewedError,
  LockLostError,
  StaleEpochError,
} from '../../../lambdas/shared/errors.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { at, startMs, failoverWorld as unlockedWorld } from '../shared/failover-world.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const input = {
  executionArn: 'arn:execution',
  incidentId: 'incident',
  observedEpoch: 1,
  trigger: 'automatic' as const,
  approvers: [] as string[],
  leaseExpiresAt: at(61),
};

/** With the lock taken. */
async function failoverWorld() {
  const world = await unlockedWorld();
  await world.lock.acquire({ executionArn: input.executionArn, incidentId: 'incident', nowMs: startMs });
  return world;
}

test('is told to come again while the lease runs, and from when', async () => {
  const world = await failoverWorld();
  world.runtime.advance(60);
  expect(await claimAuthority(input, world)).toEqual({
    outcome: 'lease-held',
    reason: 'eu-central-1 holds its lease; a claim can succeed from 2026-03-01T12:01:01.001Z',
  });
});

describe('while the region to leave is alive and holds its lease', () => {
  const renewedAt = (seconds: number) => ({
    region: 'eu-central-1',
    epoch: 1,
    nowMs: startMs + seconds * 1000,
    leaseSeconds: 60,
  });

  test('a quorum asks it to yield: it can renew no more, and nobody asks twice', async () => {
    const world = await failoverWorld();
    world.runtime.advance(30);
    await world.unhealthy('probe-standby', 'probe-witness');
    expect(await claimAuthority(input, world)).toMatchObject({
      outcome: 'lease-held',
      reason: expect.stringContaining('eu-central-1 is asked for its lease'),
    });
    expect(await world.authority.renew(renewedAt(31))).toMatchObject({
      outcome: 'asked-to-yield',
      request: { requestedBy: 'arn:execution', incidentId: 'incident', untilMs: startMs + 101_000 },
    });
    await claimAuthority(input, world);
    expect(await world.journal.read('incident')).toMatchObject([
      { kind: 'yield-requested', detail: { fromRegion: 'eu-central-1', because: 'quorum', until: at(101) } },
    ]);
    expect(await world.authority.giveUpLease(renewedAt(35))).toMatchObject({ outcome: 'done' });
    world.runtime.advance(7);
    expect(await claimAuthority(input, world)).toMatchObject({ outcome: 'claimed', epoch: 2 });
    const record = await world.authority.read();
    expect(record).toMatchObject({ epoch: 2, incidentId: 'incident' });
    expect(record).not.toHaveProperty('yieldRequest');
  });

  test.each([{ trigger: 'operator' as const }, { trigger: 'takeover' as const }, { approvers: ['arn:alice'] }])(
    'people need no quorum to ask: %j',
    async (decided) => {
      const world = await failoverWorld();
      await claimAuthority({ ...input, ...decided }, world);
      expect(await world.journal.read('incident')).toMatchObject([
        { kind: 'yield-requested', detail: { because: 'people' } },
      ]);
    },
  );

  test('a region that is well again is left alone, watched for a minute, and then the failover ends', async () => {
    const world = await failoverWorld();
    await world.unhealthy('probe-witness');
    world.runtime.advance(60);
    await world.authority.renew(renewedAt(60));
    expect(await claimAuthority(input, world)).toMatchObject({ outcome: 'lease-held' });
    await world.authority.renew(renewedAt(119));
    world.runtime.advance(62);
    const failure = claimAuthority(input, world);
    await expect(failure).rejects.toBeInstanceOf(LeaseRenewedError);
    await expect(failure).rejects.toThrow('eu-central-1 goes on renewing its lease');
    expect(await world.journal.read('incident')).toEqual([]);
  });

  test('an abort is heard at once and takes the request back', async () => {
    const world = await failoverWorld();
    await claimAuthority({ ...input, trigger: 'operator' }, world);
    await world.lock.requestAbort('arn:execution', 'arn:alice');
    await expect(claimAuthority({ ...input, trigger: 'operator' }, world)).rejects.toBeInstanceOf(IncidentAbortedError);
    expect(await world.authority.renew(renewedAt(2))).toMatchObject({ outcome: 'done' });
  });

  test('a request that has run out is made anew', async () => {
    const world = await failoverWorld();
    await world.unhealthy('probe-standby', 'probe-witness');
    await claimAuthority(input, world);
    world.runtime.advance(72);
    await world.authority.renew(renewedAt(72));
    await world.unhealthy('probe-standby', 'probe-witness');
    await claimAuthority(input, world);
    expect(await world.authority.renew(renewedAt(73))).toMatchObject({ outcome: 'asked-to-yield' });
  });
});

test('claims the next epoch once the lease is over, and gets the same answer again', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  const claimed = await claimAuthority(input, world);
  expect(claimed).toEqual({ outcome: 'claimed', epoch: 2, claimedAt: at(70) });
  world.runtime.advance(30);
  expect(await claimAuthority(input, world)).toEqual(claimed);
  expect(await world.journal.read('incident')).toMatchObject([
    { kind: 'authority-claimed', detail: { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' } },
  ]);
});

test('is refused for good when another execution was first', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  const { authority, runtime } = world;
  const another = {
    region: 'eu-west-1',
    observedEpoch: 1,
    executionArn: 'arn:another',
    incidentId: 'incident',
    leaseSeconds: 60,
  };
  await authority.claim({ ...another, nowMs: runtime.nowMs() });
  const failure = claimAuthority(input, world);
  await expect(failure).rejects.toBeInstanceOf(StaleEpochError);
  await expect(failure).rejects.toThrow('the epoch is 2 (eu-west-1), this execution acts on 1');
});

test('who takes over a failover of its own region does not wait for the lease that this region renews', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  await claimAuthority(input, world);
  const taker = { ...input, executionArn: 'arn:taker', observedEpoch: 2, trigger: 'takeover' as const };
  await world.lock.takeOver({ ...taker, nowMs: world.runtime.nowMs() });
  world.runtime.advance(1);
  expect(await claimAuthority(taker, world)).toEqual({ outcome: 'claimed', epoch: 3, claimedAt: at(71) });
});

test('there is nothing to claim without a record', async () => {
  const world = await failoverWorld();
  const { client } = new SimulatedTables();
  const authority = new Authority({ client, tableName: 'authority', estate: 'shop' });
  await expect(claimAuthority(input, { ...world, authority })).rejects.toBeInstanceOf(AuthorityMissingError);
});

test('an abort that was asked for while the lease ran ends it before the epoch is claimed', async () => {
  const world = await failoverWorld();
  expect(await claimAuthority(input, world)).toMatchObject({ outcome: 'lease-held' });
  expect(await world.lock.requestAbort('arn:execution', 'arn:alice')).toBe('requested');
  world.runtime.advance(70);
  const failure = claimAuthority(input, world);
  await expect(failure).rejects.toBeInstanceOf(IncidentAbortedError);
  await expect(failure).rejects.toThrow('arn:alice asked for the end of this failover');
  expect(await world.authority.read()).toMatchObject({ epoch: 1 });
});

test('after the claim an abort comes too late', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  await claimAuthority(input, world);
  expect(await world.lock.requestAbort('arn:execution', 'arn:alice')).toBe('committed');
});

test('a lease that was renewed in the last instant makes the failover abortable again', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  const renewal = { region: 'eu-central-1', epoch: 1, nowMs: startMs + 69_000, leaseSeconds: 60 };
  // The renewal comes between the look at the lease and the claim.
  const claim: typeof world.authority.claim = async (...args) => {
    await world.authority.renew(renewal);
    return world.authority.claim(...args);
  };
  const { requestYield, withdrawYield } = world.authority;
  const authority = { read: () => world.authority.read(), claim, requestYield, withdrawYield };
  expect(await claimAuthority(input, { ...world, authority })).toMatchObject({ outcome: 'lease-held' });
  expect(await world.lock.requestAbort('arn:execution', 'arn:alice')).toBe('requested');
});

test('without the lock nothing is claimed', async () => {
  const world = await unlockedWorld();
  world.runtime.advance(70);
  await expect(claimAuthority(input, world)).rejects.toBeInstanceOf(LockLostError);
  expect(await world.authority.read()).toMatchObject({ epoch: 1 });
});
