import { describe, expect, test } from '@jest/globals';
import { AuroraWorld, auroraStore, away, home } from '../../../data/aurora-world.ts';

const target = 'arn:aws:rds:eu-west-1:111122223333:cluster:ledger-b';
const failover = { GlobalClusterIdentifier: 'ledger', TargetDbClusterIdentifier: target, AllowDataLoss: true };

function world() {
  const aurora = new AuroraWorld();
  return { aurora, database: aurora.define(auroraStore('ledger')) };
}

describe('FailoverGlobalCluster', () => {
  test.each([
    ['a global cluster that does not exist', { GlobalClusterIdentifier: 'none' }, away, 'GlobalClusterNotFoundFault'],
    ['both kinds of a move', { Switchover: true }, away, 'InvalidParameterCombination'],
    ['a failover asked for in the other region', {}, home, 'DBClusterNotFoundFault'],
    ['a cluster of nobody', { TargetDbClusterIdentifier: `${target}x` }, away, 'DBClusterNotFoundFault'],
  ])('refuses %s', (_case, changes, region, name) => {
    const { aurora } = world();
    expect(() => aurora.call('FailoverGlobalCluster', { ...failover, ...changes }, region)).toThrow(
      expect.objectContaining({ name }),
    );
  });

  test('refuses a second one, and one to the writer', async () => {
    const { aurora } = world();
    aurora.call('FailoverGlobalCluster', failover);
    expect(() => aurora.call('FailoverGlobalCluster', failover)).toThrow(
      expect.objectContaining({ name: 'InvalidGlobalClusterStateFault' }),
    );
    await aurora.pass(120);
    expect(() => aurora.call('FailoverGlobalCluster', failover)).toThrow(
      expect.objectContaining({ name: 'InvalidDBClusterStateFault' }),
    );
  });

  test('fences the old writer at once where it can be reached', async () => {
    const { aurora, database } = world();
    aurora.call('FailoverGlobalCluster', failover);
    expect(database.takesWrites(home)).toBe(true);
    await aurora.pass(6);
    expect([database.takesWrites(home), database.takesWrites(away)]).toEqual([false, false]);
    await aurora.pass(100);
    expect([database.takesWrites(home), database.takesWrites(away)]).toEqual([false, true]);
  });

  test('that is given up leaves the old writer as it was', async () => {
    const { aurora, database } = world();
    database.refusePromotions(1);
    aurora.call('FailoverGlobalCluster', failover);
    await aurora.pass(200);
    expect([database.takesWrites(home), database.takesWrites(away)]).toEqual([true, false]);
  });

  test('needs leave for the global cluster and for the cluster that is promoted', () => {
    const { aurora } = world();
    const caller = { principal: 'role', name: 'test', accountId: '111122223333', region: away };
    const demands = aurora.rds.demands({ caller, region: away, operation: 'FailoverGlobalCluster', input: failover });
    expect(demands.map(({ resource }) => resource)).toEqual([
      'arn:aws:rds::111122223333:global-cluster:ledger',
      target,
    ]);
  });
});

test('a member that the world does not implement is refused by name', () => {
  const { aurora } = world();
  const input = { GlobalClusterIdentifier: 'ledger', Filters: [] };
  expect(() => aurora.call('DescribeGlobalClusters', input)).toThrow('not simulated: rds DescribeGlobalClusters');
  expect(() => aurora.call('DeleteGlobalCluster', {})).toThrow('not simulated: rds DeleteGlobalCluster');
});

test('all databases are listed in pages, by who has leave for all of them', () => {
  const { aurora } = world();
  for (let index = 0; index < 20; index++) aurora.define(auroraStore(`more-${index}`));
  const caller = { principal: 'role', name: 'test', accountId: '111122223333', region: away };
  const listing = { caller, region: away, operation: 'DescribeGlobalClusters', input: {} };
  expect(aurora.rds.demands(listing)).toEqual([
    { action: 'rds:DescribeGlobalClusters', resource: 'arn:aws:rds::111122223333:global-cluster:*' },
  ]);
  const first = aurora.call('DescribeGlobalClusters', { MaxRecords: 20 });
  expect(first).toMatchObject({ GlobalClusters: { length: 20 }, Marker: '20' });
  const last = aurora.call('DescribeGlobalClusters', { MaxRecords: 20, Marker: '20' });
  expect(last).toEqual({ GlobalClusters: [expect.objectContaining({ GlobalClusterIdentifier: 'more-19' })] });
});

test('who calls too often is throttled', () => {
  const { aurora } = world();
  const describe60 = () => {
    for (let call = 0; call < 61; call++) aurora.call('DescribeGlobalClusters', { GlobalClusterIdentifier: 'ledger' });
  };
  expect(describe60).toThrow(expect.objectContaining({ name: 'Throttling' }));
});
