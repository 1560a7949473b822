import { expect, test } from '@jest/globals';
import { AuthorityMissingError, StaleEpochError, TrafficRefusedError } from '../../../lambdas/shared/errors.ts';
import { shiftTraffic } from '../../../lambdas/shift-traffic/shift-traffic.ts';
import { Authority } from '../../../lib/authority/authority.ts';
import type { ZoneNames } from '../../../lib/plan/traffic.ts';
import type { ClusterEndpoint } from '../../../lib/traffic/routing-controls.ts';
import type { ZoneEpoch } from '../../../lib/traffic/zone-epoch.ts';
import type { MoveResult } from '../../../lib/traffic/zone-records.ts';
import { at, failoverWorld, startMs } from '../shared/failover-world.ts';
import { active, healthStateName, sampleApplication, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const input = { executionArn: 'arn:execution', incidentId: 'incident', epoch: 2 };

async function claimedWorld(changes: Parameters<typeof failoverWorld>[0] = {}) {
  const world = {
    ...(await failoverWorld(changes)),
    zones: { move: async (): Promise<MoveResult> => ({ outcome: 'moved' }) },
    endpoints: [] as ClusterEndpoint[],
  };
  await world.authority.claim({
    region: standby,
    observedEpoch: 1,
    incidentId: 'incident',
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

const everyMode = [
  sampleApplication('web', {
    dns: [
      healthStateName('www.shop.example'),
      { ...healthStateName('pay.shop.example'), traffic: 'record-change' },
      {
        ...healthStateName('api.shop.example'),
        traffic: 'routing-control',
        routingControls: { [active]: 'arn:a', [standby]: 'arn:b' },
      },
    ],
  }),
];

/** Endpoints of the two regions that note what they are asked, and throw what they are given. */
function endpointsThat(asked: string[], failure?: Error): ClusterEndpoint[] {
  return [active, standby].map((region) => ({
    region,
    client: {
      send: (async (command: { input: { UpdateRoutingControlStateEntries: object[] } }) => {
        asked.push(`${region} ${JSON.stringify(command.input.UpdateRoutingControlStateEntries)}`);
        if (failure !== undefined) throw failure;
      }) as never,
    },
  }));
}

test('every mode is moved, the routing controls through the own region', async () => {
  const world = await claimedWorld({ applications: everyMode });
  const asked: string[] = [];
  const moves: [ZoneNames, ZoneEpoch][] = [];
  const zones = {
    move: async (zone: ZoneNames, next: ZoneEpoch): Promise<MoveResult> => {
      moves.push([zone, next]);
      return { outcome: 'moved' };
    },
  };
  await shiftTraffic(input, { ...world, zones, endpoints: endpointsThat(asked) });
  const names = [{ name: 'pay.shop.example', target: `lb.${standby}.example`, ttlSeconds: 60 }];
  expect(moves).toEqual([
    [
      { hostedZoneId: 'Z123', zone: 'shop.example', names },
      { epoch: 2, execution: 'execution' },
    ],
  ]);
  expect(asked).toEqual([
    `${standby} [{"RoutingControlArn":"arn:b","RoutingControlState":"On"},{"RoutingControlArn":"arn:a","RoutingControlState":"Off"}]`,
  ]);
});

test('an execution under an old epoch touches neither zone nor routing control', async () => {
  const world = await claimedWorld({ applications: everyMode });
  const asked: string[] = [];
  const zones = { move: () => Promise.reject(new Error('asked for')) };
  const stale = shiftTraffic({ ...input, epoch: 1 }, { ...world, zones, endpoints: endpointsThat(asked) });
  await expect(stale).rejects.toBeInstanceOf(StaleEpochError);
  expect(asked).toEqual([]);
});

test('a claim between the check and a routing control’s endpoint stops it', async () => {
  const world = await claimedWorld({ applications: everyMode });
  const asked: string[] = [];
  const timeout = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
  const endpoints = endpointsThat(asked, timeout);
  const authority = {
    serve: world.authority.serve.bind(world.authority),
    read: async () => ({ ...(await world.authority.read())!, epoch: asked.length === 0 ? 2 : 3 }),
  };
  await expect(shiftTraffic(input, { ...world, authority, endpoints })).rejects.toBeInstanceOf(StaleEpochError);
  expect(asked).toHaveLength(1);
});

test('a zone under a later epoch ends it, whatever else went wrong', async () => {
  const world = await claimedWorld({ applications: everyMode });
  const zones = {
    move: async (): Promise<MoveResult> => ({ outcome: 'stale', held: { epoch: 3, execution: 'newer' } }),
  };
  const endpoints = endpointsThat([], Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
  await expect(shiftTraffic(input, { ...world, zones, endpoints })).rejects.toThrow(
    new StaleEpochError('zone shop.example is under epoch 3 of newer, this execution acts under 2'),
  );
  expect(await world.journal.read('incident')).toEqual([]);
});

test('what Route 53 refuses for good is said in its words', async () => {
  const world = await claimedWorld({ applications: everyMode });
  const zones = { move: async (): Promise<MoveResult> => ({ outcome: 'refused', reason: 'CNAME conflicts' }) };
  await expect(shiftTraffic(input, { ...world, zones, endpoints: endpointsThat([]) })).rejects.toThrow(
    new TrafficRefusedError('Route 53 refuses to change the records of shop.example: CNAME conflicts'),
  );
});
