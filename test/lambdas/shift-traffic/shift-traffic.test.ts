import { expect, test } from '@jest/globals';
import { AuthorityMissingError, StaleEpochError } from '../../../lambdas/shared/errors.ts';
import { shiftTraffic } from '../../../lambdas/shift-traffic/shift-traffic.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import { at, failoverWorld, startMs } from '../shared/failover-world.ts';
import { standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const input = { executionArn: 'arn:execution', incidentId: 'incident', epoch: 2 };

async function claimedWorld() {
  const world = await failoverWorld();
  await world.authority.claim({
    region: standby,
    observedEpoch: 1,
    executionArn: 'arn:execution',
    nowMs: startMs + 70_000,
    leaseSeconds: 60,
  });
  world.runtime.advance(100);
  return world;
}

test('lets the region serve, and asking again changes nothing', async () => {
  const world = await claimedWorld();
  expect(await shiftTraffic(input, world)).toEqual({ shiftedAt: at(100) });
  world.runtime.advance(20);
  expect(await shiftTraffic(input, world)).toEqual({ shiftedAt: at(100) });
  expect(await world.authority.read()).toMatchObject({ phase: 'serving', servingSince: at(100) });
  expect(await world.journal.read('incident')).toMatchObject([{ kind: 'traffic-shifted', detail: { epoch: 2 } }]);
});

test('an execution under an old epoch shifts nothing', async () => {
  const world = await claimedWorld();
  await expect(shiftTraffic({ ...input, epoch: 1 }, world)).rejects.toBeInstanceOf(StaleEpochError);
  expect(await world.authority.read()).toMatchObject({ phase: 'claimed' });
});

test('a record that is gone is said to be gone', async () => {
  const world = await claimedWorld();
  const { client } = new SimulatedTables();
  const authority = new Authority({ client, tableName: 'authority', estate: 'shop' });
  await expect(shiftTraffic(input, { ...world, authority })).rejects.toBeInstanceOf(AuthorityMissingError);
});
