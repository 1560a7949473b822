import { describe, expect, test } from '@jest/globals';
import { fenceStores } from '../../../lambdas/fence-stores/fence-stores.ts';
import type { AuroraGlobalStore } from '../../../lib/plan/plan.ts';
import { auroraStore } from '../../lib/data/aurora-world.ts';
import { failoverWorld } from '../shared/failover-world.ts';
import { FakeDriver } from '../shared/fake-driver.ts';
import { sampleApplication } from '../shared/sample-plan.ts';

const input = { executionArn: 'arn:execution', incidentId: 'incident', epoch: 1, approvers: [] };

async function world(...stores: readonly AuroraGlobalStore[]) {
  const made = await failoverWorld({ applications: [sampleApplication('ledger', { dataStores: stores })] });
  const drivers = new Map(stores.map((store) => [store.name, new FakeDriver()]));
  const driverOf = (store: AuroraGlobalStore) => drivers.get(store.name) ?? new FakeDriver();
  return { ...made, drivers: driverOf, driver: (name: string) => drivers.get(name) ?? new FakeDriver() };
}

describe('the fence of the data stores', () => {
  test('stands on what the store proves, before anything else', async () => {
    const { driver, ...dependencies } = await world(auroraStore('ledger-db'));
    driver('ledger-db').found = { fence: 'proved', detail: 'the copy follows' };
    const { fences } = await fenceStores({ ...input, approvers: ['alice'] }, dependencies);
    expect(fences).toEqual([
      { application: 'ledger', store: 'ledger-db', fence: 'proved', detail: 'the copy follows', basis: 'fence' },
    ]);
  });

  test('unproved, needs a human or the plan', async () => {
    const accepted = auroraStore('accepted-db', { acceptUnprovedFence: true });
    const dependencies = await world(auroraStore('ledger-db'), accepted);
    await expect(fenceStores(input, dependencies)).rejects.toMatchObject({
      name: 'FenceUnprovedError',
      message: expect.stringMatching(/ledger\/ledger-db .*no store was promoted/),
    });
    const [entry] = await dependencies.journal.read('incident');
    expect(entry).toMatchObject({
      kind: 'stores-fenced',
      detail: { fences: [{ basis: 'none' }, { store: 'accepted-db', basis: 'plan' }] },
    });
    const again = { ...input, executionArn: 'arn:other', approvers: ['alice'] };
    const { fences } = await fenceStores(again, dependencies);
    expect(fences.map(({ basis }) => basis)).toEqual(['approval', 'approval']);
  });

  test('is not looked at under an epoch that has moved', async () => {
    const dependencies = await world(auroraStore('ledger-db'));
    await expect(fenceStores({ ...input, epoch: 2 }, dependencies)).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(await dependencies.journal.read('incident')).toEqual([]);
  });
});
