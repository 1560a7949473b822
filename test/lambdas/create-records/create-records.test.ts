import { expect, test } from '@jest/globals';
import { type CreateRecordsDependencies, createRecords } from '../../../lambdas/create-records/create-records.ts';
import { TrafficRefusedError } from '../../../lambdas/shared/errors.ts';
import type { ZoneNames } from '../../../lib/plan/traffic.ts';
import type { ZoneEpoch } from '../../../lib/traffic/zone-epoch.ts';
import { failoverWorld } from '../shared/failover-world.ts';
import { active, healthStateName, sampleApplication, standby } from '../shared/sample-plan.ts';

const applications = [
  sampleApplication('web', {
    dns: [healthStateName('www.shop.example'), { ...healthStateName('pay.shop.example'), traffic: 'record-change' }],
  }),
];

async function world(changes: { answers?: string[]; region?: string; result?: object } = {}) {
  const { plan, authority, signal } = await failoverWorld({ applications });
  const asked: [ZoneNames, ZoneEpoch][] = [];
  const dependencies: CreateRecordsDependencies & { signal: AbortSignal } = {
    plan,
    region: changes.region ?? active,
    authority,
    signal,
    dns: {
      nameServersOf: async () => ['ns-1'],
      addressesOf: async (host) => [host],
      canonicalNamesAt: async () => changes.answers ?? [],
      textsAt: async () => changes.answers ?? [],
    },
    zones: {
      createMissing: async (zone, current) => {
        asked.push([zone, current]);
        return (changes.result ?? { created: ['pay.shop.example'] }) as { created: string[] };
      },
    },
  };
  return { dependencies, asked };
}

test('the active region creates what the name servers miss, under the epoch of the authority', async () => {
  const { dependencies, asked } = await world();
  expect(await createRecords({}, dependencies)).toEqual({ role: 'active', created: ['pay.shop.example'] });
  expect(asked).toMatchObject([
    [
      { zone: 'shop.example', names: [{ name: 'pay.shop.example', target: `lb.${active}.example` }] },
      { epoch: 1, execution: 'bootstrap' },
    ],
  ]);
});

test('no control plane is asked while every record is there', async () => {
  const { dependencies, asked } = await world({ answers: ['there'] });
  expect(await createRecords({}, dependencies)).toEqual({ role: 'active', created: [] });
  expect(asked).toEqual([]);
});

test('the standby region creates nothing', async () => {
  const { dependencies, asked } = await world({ region: standby });
  expect(await createRecords({}, dependencies)).toEqual({ role: 'standby', created: [] });
  expect(asked).toEqual([]);
});

test('records in the way are a failure with their name', async () => {
  const { dependencies } = await world({ result: { refused: 'pay.shop.example has records already' } });
  await expect(createRecords({}, dependencies)).rejects.toThrow(
    new TrafficRefusedError('records of shop.example: pay.shop.example has records already'),
  );
});
