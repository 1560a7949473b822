import { describe, expect, test } from '@jest/globals';
import { promoteStores } from '../../../lambdas/promote-stores/promote-stores.ts';
import type { Promotion } from '../../../lib/data/data-store-driver.ts';
import type { AuroraGlobalStore } from '../../../lib/plan/plan.ts';
import { auroraStore } from '../../lib/data/aurora-world.ts';
import { failoverWorld } from '../shared/failover-world.ts';
import { FakeDriver } from '../shared/fake-driver.ts';
import { sampleApplication } from '../shared/sample-plan.ts';

const waiting: Promotion = { state: 'waiting', detail: 'failing-over' };
const promoted: Promotion = { state: 'promoted' };
const notBegun: Promotion = { state: 'not-begun' };
const refused: Promotion = { state: 'failed', reason: 'InvalidGlobalClusterStateFault: no' };

const input = { executionArn: 'arn:execution', incidentId: 'incident', epoch: 1 };

/** The ledger's database, and that of the loans, which come a wave later. */
async function world(ledger: FakeDriver, loans = new FakeDriver(promoted)) {
  const made = await failoverWorld({
    applications: [
      sampleApplication('ledger', { dataStores: [auroraStore('ledger-db')] }),
      sampleApplication('loans', { dataStores: [auroraStore('loans-db')], dependsOn: ['ledger'] }),
    ],
  });
  const drivers = ({ name }: AuroraGlobalStore) => (name === 'ledger-db' ? ledger : loans);
  const promotedNow = async () => {
    const entries = await made.journal.read('incident');
    return entries.flatMap((entry) => (entry.kind === 'data-promoted' ? [entry.detail.application] : []));
  };
  return { ...made, drivers, ledger, loans, promotedNow };
}

describe('the promotion of the data stores', () => {
  test('begins all at once, whatever wave they belong to, and looks once a second until they take writes', async () => {
    const dependencies = await world(
      new FakeDriver(waiting, waiting, waiting, promoted),
      new FakeDriver(waiting, promoted),
    );
    const before = dependencies.runtime.nowMs();
    const output = await dependencies.runtime.run(promoteStores(input, dependencies));
    expect(output).toEqual({
      state: 'promoted',
      reason: 'every data store takes writes here',
      promoted: 2,
      stores: 2,
    });
    expect(dependencies.runtime.nowMs() - before).toBe(3000);
    expect([dependencies.ledger.begun, dependencies.loans.begun]).toEqual([['failover'], ['failover']]);
    expect(await dependencies.promotedNow()).toEqual(['loans', 'ledger']);
  });

  test('goes on by being asked again after 50 s, and tells of what is there at once', async () => {
    const dependencies = await world(new FakeDriver(waiting));
    const before = dependencies.runtime.nowMs();
    const output = await dependencies.runtime.run(promoteStores(input, dependencies));
    expect(output).toMatchObject({ state: 'waiting', promoted: 1, stores: 2 });
    expect(dependencies.runtime.nowMs() - before).toBeLessThanOrEqual(50_000);
    await dependencies.runtime.run(promoteStores(input, dependencies));
    expect(await dependencies.promotedNow()).toEqual(['loans']);
  });

  test('of an application is done when all its stores are', async () => {
    const dependencies = await world(new FakeDriver(waiting));
    const both = [auroraStore('ledger-db'), auroraStore('loans-db')];
    const plan = { ...dependencies.plan, applications: [sampleApplication('ledger', { dataStores: both })] };
    await dependencies.runtime.run(promoteStores(input, { ...dependencies, plan }));
    expect(await dependencies.promotedNow()).toEqual([]);
  });

  test.each([
    ['refused', [refused], 'InvalidGlobalClusterStateFault: no'],
    ['given up on the way', [waiting, notBegun], 'the store gave the promotion up'],
  ])('that is %s has failed, and says which stores take writes', async (_case, states, detail) => {
    const dependencies = await world(new FakeDriver(...states));
    const output = await dependencies.runtime.run(promoteStores(input, dependencies));
    expect(output.state).toBe('failed');
    expect(output.reason).toBe(`promoted: loans/loans-db; not promoted: ledger/ledger-db (${detail})`);
    const kinds = (await dependencies.journal.read('incident')).map(({ kind }) => kind);
    expect(kinds).toContain('promotion-failed');
  });

  test('begins nothing under an epoch that has moved', async () => {
    const dependencies = await world(new FakeDriver(waiting));
    await expect(promoteStores({ ...input, epoch: 2 }, dependencies)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(dependencies.ledger.begun).toEqual([]);
  });
});
