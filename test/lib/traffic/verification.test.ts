import { expect, test } from '@jest/globals';
import type { Dns } from '../../../lib/traffic/dns.ts';
import { verifyNames } from '../../../lib/traffic/verification.ts';

const www = { name: 'www.shop.example', zone: 'shop.example', target: 'lb.eu-west-1.example' };

/** Four name servers, 192.0.2.1 to .4; `answers` by address, an Error is no answer. */
function fakeDns(answers: Record<string, string[] | Error>, changes: Partial<Dns> = {}): Dns {
  return {
    nameServersOf: async () => ['ns-4', 'ns-3', 'ns-2', 'ns-1'],
    addressesOf: async (host) => [host.replace('ns-', '192.0.2.')],
    canonicalNamesAt: async (address) => {
      const answer = answers[address] ?? ['lb.eu-west-1.example'];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    textsAt: async () => [],
    ...changes,
  };
}

test('a name is verified when every name server points at the target, whatever its spelling', async () => {
  const dns = fakeDns({ '192.0.2.2': ['LB.eu-west-1.example.'] });
  expect(await verifyNames([www], dns)).toEqual([
    { name: www.name, expected: www.target, answers: ['lb.eu-west-1.example'], verified: true },
  ]);
});

test('one name server that says something else is enough against it', async () => {
  const dns = fakeDns({ '192.0.2.3': ['lb.eu-central-1.example'] });
  expect(await verifyNames([www], dns)).toMatchObject([
    { answers: ['lb.eu-central-1.example', 'lb.eu-west-1.example'], verified: false },
  ]);
  expect(await verifyNames([www], fakeDns({ '192.0.2.3': [] }))).toMatchObject([
    { answers: ['lb.eu-west-1.example', 'none'], verified: false },
  ]);
});

test('a minority of silent name servers does not hold it up, half of them does', async () => {
  const silent = new Error('ETIMEOUT');
  expect(await verifyNames([www], fakeDns({ '192.0.2.1': silent }))).toMatchObject([
    { answers: ['lb.eu-west-1.example', 'no answer'], verified: true },
  ]);
  const half = fakeDns({ '192.0.2.1': silent, '192.0.2.2': silent });
  expect(await verifyNames([www], half)).toMatchObject([{ verified: false }]);
});

test('a name server without an address counts as silent', async () => {
  const dns = fakeDns(
    {},
    {
      addressesOf: async (host) => {
        if (host !== 'ns-1') throw new Error('ESERVFAIL');
        return ['192.0.2.1'];
      },
    },
  );
  expect(await verifyNames([www], dns)).toMatchObject([
    { verified: false, answers: ['lb.eu-west-1.example', 'no answer'] },
  ]);
});

test('a zone whose name servers are not known verifies nothing', async () => {
  const dns = fakeDns(
    {},
    {
      nameServersOf: async () => {
        throw new Error('ETIMEOUT');
      },
    },
  );
  expect(await verifyNames([www], dns)).toMatchObject([{ verified: false, answers: ['no answer'] }]);
});

test('each zone is looked up once', async () => {
  const zones: string[] = [];
  const dns = fakeDns(
    {},
    {
      nameServersOf: async (zone) => {
        zones.push(zone);
        return ['ns-1'];
      },
    },
  );
  await verifyNames([www, { ...www, name: 'api.shop.example' }, { ...www, zone: 'pay.example' }], dns);
  expect(zones).toEqual(['shop.example', 'pay.example']);
});
