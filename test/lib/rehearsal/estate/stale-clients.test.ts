import { expect, test } from '@jest/globals';
import { Route53Service } from '../../../../lib/rehearsal/aws/route53/route53-service.ts';
import { StaleClients } from '../../../../lib/rehearsal/estate/stale-clients.ts';
import { SimulatedInternet } from '../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../lib/rehearsal/world/weather.ts';
import { smallPlan } from '../small-plan.ts';
import { startMs, testKernel } from '../test-kernel.ts';

const name = 'www.shop.example';

/** The shop's public name, moved from one region to the other at second 100 and in the name servers by 160. */
async function moved(options: { readonly oldRegionDies: boolean }) {
  const kernel = testKernel(1);
  const weather = new RegionWeather();
  const internet = new SimulatedInternet({ kernel, weather });
  const addressOfHost = (host: string) => internet.addressOfHost(host);
  const route53 = new Route53Service({ kernel, internet, addressOfHost });
  internet.addNameAuthority(route53);
  route53.defineZone('Z0SHOP', 'shop.example');
  const served: { readonly from: string; readonly region: string; readonly second: number }[] = [];
  for (const region of ['eu-central-1', 'eu-west-1']) {
    internet.registerHost(`lb.${region}.shop.example`, {
      region,
      handle: ({ fromRegion }, respond) => {
        served.push({ from: fromRegion, region, second: (kernel.nowMs - startMs) / 1000 });
        respond({ status: 200, headers: {}, body: '' });
      },
    });
  }
  const point = (region: string) =>
    route53.invoke({
      caller: { principal: 'human:test', name: 'human:test', accountId: '1', region },
      region: 'us-east-1',
      operation: 'ChangeResourceRecordSets',
      input: {
        HostedZoneId: 'Z0SHOP',
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name: name,
                Type: 'CNAME',
                TTL: 60,
                ResourceRecords: [{ Value: `lb.${region}.shop.example` }],
              },
            },
          ],
        },
      },
    });
  point('eu-central-1');
  await kernel.run(startMs + 70_000);
  const clients = new StaleClients({ kernel, plan: smallPlan(), internet });
  clients.start();
  await kernel.run(startMs + 100_000);
  if (options.oldRegionDies) weather.setRegionDown('eu-central-1');
  point('eu-west-1');
  await kernel.run(startMs + 700_000);
  const firstInStandby = (network: string) =>
    served.find(({ from, region }) => from === network && region === 'eu-west-1')?.second;
  return { clients, firstInStandby };
}

test('a resolver with a minimum time to live forgets minutes after the name servers have changed', async () => {
  const { clients, firstInStandby } = await moved({ oldRegionDies: true });
  // First asked between 70 and 75 s.
  expect(firstInStandby('internet-minimum-ttl')).toBeGreaterThan(370);
  expect(firstInStandby('internet-minimum-ttl')).toBeLessThan(385);
  expect(clients.logOf('minimum-ttl').outcomes.filter((one) => !one.succeeded).length).toBeGreaterThan(50);
});

test('who keeps an address comes back when nobody answers there any more', async () => {
  const { firstInStandby } = await moved({ oldRegionDies: true });
  expect(firstInStandby('internet-kept-address')).toBeLessThan(240);
});

test('who keeps an address stays while the old region answers', async () => {
  const { clients, firstInStandby } = await moved({ oldRegionDies: false });
  expect(firstInStandby('internet-kept-address')).toBeUndefined();
  expect(clients.logOf('kept-address').outcomes.every((one) => one.succeeded)).toBe(true);
  expect(firstInStandby('internet-minimum-ttl')).toBeGreaterThan(370);
});
