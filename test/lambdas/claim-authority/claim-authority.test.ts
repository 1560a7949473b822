import { expect, test } from '@jest/globals';
import { claimAuthority } from '../../../lambdas/claim-authority/claim-authority.ts';
import { AuthorityMissingError, LeaseHeldError, StaleEpochError } from '../../../lambdas/shared/errors.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { at, failoverWorld } from '../shared/failover-world.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const input = { executionArn: 'arn:execution', incidentId: 'incident', observedEpoch: 1 };

test('is told to come again while the lease runs, and from when', async () => {
  const world = await failoverWorld();
  world.runtime.advance(60);
  const failure = claimAuthority(input, world);
  await expect(failure).rejects.toBeInstanceOf(LeaseHeldError);
  await expect(failure).rejects.toThrow(
    'eu-central-1 holds its lease; a claim can succeed from 2026-03-01T12:01:01.001Z',
  );
});

test('claims the next epoch once the lease is over, and gets the same answer again', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  const claimed = await claimAuthority(input, world);
  expect(claimed).toEqual({ epoch: 2, claimedAt: at(70) });
  world.runtime.advance(30);
  expect(await claimAuthority(input, world)).toEqual(claimed);
  expect(await world.journal.read('incident')).toMatchObject([
    { kind: 'authority-claimed', detail: { epoch: 2, region: 'eu-west-1', fromRegion: 'eu-central-1' } },
  ]);
});

test('is refused for good when another execution was first', async () => {
  const world = await failoverWorld();
  world.runtime.advance(70);
  await claimAuthority({ ...input, executionArn: 'arn:another' }, world);
  const failure = claimAuthority(input, world);
  await expect(failure).rejects.toBeInstanceOf(StaleEpochError);
  await expect(failure).rejects.toThrow('the epoch is 2 (eu-west-1), this execution acts on 1');
});

test('there is nothing to claim without a record', async () => {
  const world = await failoverWorld();
  const { client } = new SimulatedTables();
  const authority = new Authority({ client, tableName: 'authority', estate: 'shop' });
  await expect(claimAuthority(input, { ...world, authority })).rejects.toBeInstanceOf(AuthorityMissingError);
});
