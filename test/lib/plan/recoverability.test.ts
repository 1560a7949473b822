import { describe, expect, test } from '@jest/globals';
import { trafficModes } from '../../../lib/plan/plan.ts';
import { unrecoverable } from '../../../lib/plan/recoverability.ts';
import { application } from './application.ts';

const replication = { by: 'aurora-global-database', lagSeconds: 5 };
const dns = {
  name: 'www.shop.example',
  zone: { name: 'shop.example', hostedZoneId: 'Z1' },
  ttlSeconds: 60,
  targets: {},
};

describe('what can not be recovered today', () => {
  test('is nothing where all data is replicated', () => {
    const applications = [
      application('a', {
        dataStores: [{ name: 'db', kind: 'external', replication }],
        dns: trafficModes.map((traffic) => ({ ...dns, traffic })),
      }),
      application('b', { dataStores: [{ name: 'db', kind: 'in-cluster', replication }], dependsOn: ['a'] }),
    ];
    expect(unrecoverable({ clusters: [], applications })).toEqual([]);
  });

  test('is an in-cluster store that nothing replicates, with its workload and the way out', () => {
    const store = { name: 'db', kind: 'in-cluster', workload: 'StatefulSet/db' } as const;
    expect(unrecoverable({ clusters: [], applications: [application('a', { dataStores: [store] })] })).toEqual([
      {
        application: 'a',
        reason: 'nothing replicates what it keeps inside the cluster: db (StatefulSet/db)',
        remedy: expect.stringMatching(/^move db out of the cluster .* kind: external/),
      },
    ]);
  });

  test('is an external store without replication', () => {
    const [lost] = unrecoverable({
      clusters: [],
      applications: [application('a', { dataStores: [{ name: 'db', kind: 'external' }] })],
    });
    expect(lost).toMatchObject({
      reason: expect.stringContaining('external data'),
      remedy: expect.stringContaining('replicate db'),
    });
  });

  test('is a pattern that needs a restore', () => {
    const [lost] = unrecoverable({ clusters: [], applications: [application('a', { pattern: 'backup-restore' })] });
    expect(lost).toMatchObject({
      reason: expect.stringContaining('not available yet'),
      remedy: expect.stringContaining('warm-standby'),
    });
  });

  test('names every cause of one application', () => {
    const [lost] = unrecoverable({
      clusters: [],
      applications: [application('a', { pattern: 'backup-restore', dataStores: [{ name: 'db', kind: 'in-cluster' }] })],
    });
    expect(lost?.reason).toMatch(/db; pattern backup-restore/);
  });

  test('is everything that depends on such a one, however far, with the root to repair, in the order of the plan', () => {
    const applications = [
      application('web', { dependsOn: ['orders', 'rates'] }),
      application('orders', { dependsOn: ['ledger'] }),
      application('rates'),
      application('ledger', { dataStores: [{ name: 'db', kind: 'in-cluster' }] }),
    ];
    expect(
      unrecoverable({ clusters: [], applications }).map(({ application: name, reason, remedy }) => [
        name,
        reason,
        remedy,
      ]),
    ).toEqual([
      ['web', "depends on orders, which can't be recovered", 'make ledger recoverable first'],
      ['orders', "depends on ledger, which can't be recovered", 'make ledger recoverable first'],
      ['ledger', expect.anything(), expect.anything()],
    ]);
  });

  test('is what runs on a self-managed cluster, and what depends on it', () => {
    const cluster = { kind: 'self-managed', name: 'metal', regions: {} } as const;
    const applications = [application('a', { cluster: 'metal' }), application('b', { dependsOn: ['a'] })];
    expect(unrecoverable({ clusters: [cluster], applications })).toEqual([
      {
        application: 'a',
        reason: expect.stringContaining('metal is self-managed'),
        remedy: expect.stringContaining('EKS'),
      },
      { application: 'b', reason: expect.stringContaining('depends on a'), remedy: 'make a recoverable first' },
    ]);
  });
});
