import type { DescribeGlobalClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { expect, test } from '@jest/globals';
import { GlobalClusters } from '../../../lib/data/global-clusters.ts';

const { signal } = new AbortController();

/** Two pages of one database each. */
function account() {
  const asked: (string | undefined)[] = [];
  const send = async ({ input }: DescribeGlobalClustersCommand) => {
    asked.push(input.Marker);
    if (input.Marker === undefined) return { GlobalClusters: [{ GlobalClusterIdentifier: 'ledger' }], Marker: 'next' };
    return { GlobalClusters: [{ GlobalClusterIdentifier: 'loans' }] };
  };
  return { asked, clusters: new GlobalClusters({ send } as Pick<RDSClient, 'send'>) };
}

test('who asks at the same instant shares a listing of all pages', async () => {
  const { asked, clusters } = account();
  const found = await Promise.all(['Ledger', 'loans', 'cards'].map((name) => clusters.find(name, signal)));
  expect(found).toEqual([{ GlobalClusterIdentifier: 'ledger' }, { GlobalClusterIdentifier: 'loans' }, undefined]);
  expect(asked).toEqual([undefined, 'next']);
});

test('who asks when a listing is under way gets a later one', async () => {
  const { asked, clusters } = account();
  const first = clusters.find('ledger', signal);
  await Promise.resolve();
  await Promise.all([first, clusters.find('ledger', signal)]);
  expect(asked).toHaveLength(4);
});

test('a failure is everybody’s who asked, and nobody’s who asks afterwards', async () => {
  let calls = 0;
  const send = async () => {
    calls++;
    if (calls === 1) throw new Error('throttled');
    return {};
  };
  const clusters = new GlobalClusters({ send } as unknown as Pick<RDSClient, 'send'>);
  const asked = ['ledger', 'loans'].map((name) => clusters.find(name, signal));
  for (const one of await Promise.allSettled(asked)) expect(one).toMatchObject({ status: 'rejected' });
  expect(await clusters.find('ledger', signal)).toBeUndefined();
});
