import { expect, test } from '@jest/globals';
import { verifyTraffic } from '../../../lambdas/verify-traffic/verify-traffic.ts';
import type { Dns } from '../../../lib/traffic/dns.ts';
import { failoverWorld } from '../shared/failover-world.ts';
import { healthStateName, sampleApplication } from '../shared/sample-plan.ts';

const input = { executionArn: 'arn:execution', incidentId: 'incident', epoch: 2 };
const applications = [
  sampleApplication('web', {
    dns: [
      healthStateName('www.shop.example'),
      { ...healthStateName('old.shop.example'), traffic: 'record-change' },
      { ...healthStateName('far.shop.example'), targets: {} },
    ],
  }),
  sampleApplication('orders'),
];

function dnsThat(target: string): Dns {
  return {
    nameServersOf: async () => ['ns-1', 'ns-2'],
    addressesOf: async (host) => [host],
    canonicalNamesAt: async () => [target],
    textsAt: async () => [],
  };
}

test('names that point at this region are verified and written down once', async () => {
  const world = await failoverWorld({ applications });
  const dependencies = { ...world, dns: dnsThat('lb.eu-west-1.example') };
  const verified = {
    verified: true,
    names: ['www.shop.example', 'old.shop.example'].map((name) => ({
      name,
      expected: 'lb.eu-west-1.example',
      answers: ['lb.eu-west-1.example'],
    })),
  };
  expect(await verifyTraffic(input, dependencies)).toEqual(verified);
  expect(await verifyTraffic(input, dependencies)).toEqual(verified);
  expect(await world.journal.read('incident')).toMatchObject([
    { kind: 'traffic-verified', detail: { epoch: 2, names: ['www.shop.example', 'old.shop.example'] } },
  ]);
});

test('a name that still points elsewhere is an answer and no entry', async () => {
  const world = await failoverWorld({ applications });
  const output = await verifyTraffic(input, { ...world, dns: dnsThat('lb.eu-central-1.example') });
  expect(output).toMatchObject({ verified: false, names: [{ answers: ['lb.eu-central-1.example'] }, {}] });
  expect(await world.journal.read('incident')).toEqual([]);
});
