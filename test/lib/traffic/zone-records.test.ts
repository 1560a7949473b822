import { describe, expect, test } from '@jest/globals';
import type { ZoneNames } from '../../../lib/plan/traffic.ts';
import { parseZoneEpoch, zoneEpochValue } from '../../../lib/traffic/zone-epoch.ts';
import { ZoneRecords } from '../../../lib/traffic/zone-records.ts';
import { simulatedRoute53 } from './simulated-route53.ts';

const zone = (target: string, ...names: string[]): ZoneNames => ({
  hostedZoneId: 'Z1',
  zone: 'shop.example',
  names: (names.length > 0 ? names : ['www.shop.example']).map((name) => ({ name, target, ttlSeconds: 60 })),
});
const bootstrap = { epoch: 1, execution: 'bootstrap' };
const mine = { epoch: 2, execution: 'mine' };

async function deployed() {
  const route53 = simulatedRoute53();
  const zones = new ZoneRecords({ client: route53.client, estate: 'shop' });
  await zones.createMissing(zone('lb.a.example', 'www.shop.example', 'api.shop.example'), bootstrap);
  return { ...route53, zones };
}

test('an epoch survives its way through a record', () => {
  expect(parseZoneEpoch(zoneEpochValue(mine))).toEqual(mine);
  expect(parseZoneEpoch('"v=spf1 -all"')).toBeUndefined();
});

test('many names cost a call a page, and what stands on a later page is seen', async () => {
  const { client, kernel } = simulatedRoute53();
  const zones = new ZoneRecords({ client, estate: 'shop' });
  const names = Array.from({ length: 450 }, (_, index) => `n${String(index).padStart(3, '0')}.shop.example`);
  await zones.createMissing(zone('lb.a.example', ...names), bootstrap);
  const beforeMs = kernel.nowMs;
  const again = zone('lb.b.example', ...names, 'z.shop.example');
  expect(await zones.createMissing(again, bootstrap)).toEqual({ created: ['z.shop.example'] });
  // A second passes with every call: two pages and the batch.
  expect(kernel.nowMs - beforeMs).toBe(3000);
});

describe('moving a zone', () => {
  test('changes names and epoch in one batch', async () => {
    const { zones, batches, records } = await deployed();
    const moved = zone('lb.b.example', 'www.shop.example', 'api.shop.example');
    expect(await zones.move(moved, mine)).toEqual({ outcome: 'moved' });
    expect(batches).toHaveLength(2);
    expect(records()).toEqual([
      '_lifeboat-shop.shop.example. TXT "lifeboat epoch=2 execution=mine"',
      'api.shop.example. CNAME lb.b.example',
      'www.shop.example. CNAME lb.b.example',
    ]);
  });

  test('again under the same execution changes nothing', async () => {
    const { zones, batches } = await deployed();
    await zones.move(zone('lb.b.example'), mine);
    expect(await zones.move(zone('lb.b.example'), mine)).toEqual({ outcome: 'moved' });
    expect(batches).toHaveLength(2);
  });

  test('whose answer was lost and which was sent again has succeeded', async () => {
    const { zones, hooks, records } = await deployed();
    hooks.loseAnswer = true;
    expect(await zones.move(zone('lb.b.example'), mine)).toEqual({ outcome: 'moved' });
    expect(records()).toContain('www.shop.example. CNAME lb.b.example');
  });

  test.each([
    ['a later epoch', { epoch: 3, execution: 'newer' }],
    ['its own epoch and another execution', { epoch: 2, execution: 'other' }],
  ])('is refused to who finds %s', async (_, held) => {
    const { zones, records } = await deployed();
    await zones.move(zone('lb.b.example'), held);
    expect(await zones.move(zone('lb.a.example'), mine)).toEqual({ outcome: 'stale', held });
    expect(records()).toContain('www.shop.example. CNAME lb.b.example');
  });

  test('is refused by Route 53 to who read the epoch before somebody else moved it', async () => {
    const { zones, hooks, records, batches, client } = await deployed();
    const held = { epoch: 3, execution: 'newer' };
    const newer = new ZoneRecords({ client, estate: 'shop' });
    hooks.beforeChange = async () => {
      delete hooks.beforeChange;
      await newer.move(zone('lb.b.example'), held);
    };
    expect(await zones.move(zone('lb.a.example'), mine)).toEqual({ outcome: 'stale', held });
    // The first deployment's, the newer one's, and the old one's that was refused as a whole.
    expect(batches).toHaveLength(3);
    expect(records()).toEqual([
      '_lifeboat-shop.shop.example. TXT "lifeboat epoch=3 execution=newer"',
      'api.shop.example. CNAME lb.a.example',
      'www.shop.example. CNAME lb.b.example',
    ]);
  });

  test('says what Route 53 has against it when it is not the epoch', async () => {
    const { zones, invoke, kernel, records } = await deployed();
    await kernel.run(kernel.nowMs + 1000);
    const other = { Name: 'old.shop.example', Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"x"' }] };
    invoke('ChangeResourceRecordSets', {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: other }] },
    });
    const refused = await zones.move(zone('lb.b.example', 'www.shop.example', 'old.shop.example'), mine);
    expect(refused).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('old.shop.example') });
    expect(records()).toContain('www.shop.example. CNAME lb.a.example');
  });
});

describe('creating records', () => {
  test('leaves what a failover has moved where it is', async () => {
    const { zones, records } = await deployed();
    await zones.move(zone('lb.b.example', 'www.shop.example', 'api.shop.example'), mine);
    const again = zone('lb.a.example', 'www.shop.example', 'api.shop.example', 'new.shop.example');
    expect(await zones.createMissing(again, bootstrap)).toEqual({ created: ['new.shop.example'] });
    expect(records()).toEqual([
      '_lifeboat-shop.shop.example. TXT "lifeboat epoch=2 execution=mine"',
      'api.shop.example. CNAME lb.b.example',
      'new.shop.example. CNAME lb.a.example',
      'www.shop.example. CNAME lb.b.example',
    ]);
  });

  test('refuses a name that other records stand at', async () => {
    const { zones, invoke, kernel } = await deployed();
    await kernel.run(kernel.nowMs + 1000);
    const other = { Name: 'old.shop.example', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] };
    invoke('ChangeResourceRecordSets', {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: other }] },
    });
    const result = await zones.createMissing(zone('lb.a.example', 'old.shop.example'), bootstrap);
    expect(result).toEqual({ refused: expect.stringContaining('old.shop.example has records already') });
  });
});
