import { expect, test } from '@jest/globals';
import { assessStores } from '../../../lambdas/assess-estate/assess-stores.ts';
import { auroraStore } from '../../lib/data/aurora-world.ts';
import { at, failoverWorld } from '../shared/failover-world.ts';
import { FakeDriver } from '../shared/fake-driver.ts';
import { active, sampleApplication } from '../shared/sample-plan.ts';

async function world(driver: FakeDriver) {
  const made = await failoverWorld({
    applications: [sampleApplication('ledger', { dataStores: [auroraStore('ledger-db', { lossBudgetSeconds: 20 })] })],
  });
  return { ...made, nowMs: made.runtime.nowMs, drivers: () => driver };
}

test('tells of every store what would be lost, what may be, and what its fence could claim', async () => {
  const dependencies = await world(new FakeDriver());
  expect(await assessStores('incident', dependencies)).toEqual([
    {
      application: 'ledger',
      store: 'ledger-db',
      kind: 'aurora-global',
      lagSeconds: 0.5,
      lossBudgetSeconds: 20,
      fence: 'unproved',
      unprovedAccepted: false,
    },
  ]);
});

test('a lag that can not be read is unknown and does not end the failover', async () => {
  const driver = new FakeDriver();
  driver.behind = new Error('Rate exceeded');
  expect(await assessStores('incident', await world(driver))).toMatchObject([{ lagSeconds: null }]);
});

test('the writer is taken to have died with the first signal', async () => {
  const driver = new FakeDriver();
  const asked: number[] = [];
  driver.lag = async (diedAtMs?: number) => {
    asked.push(diedAtMs ?? 0);
    return { seconds: 1 };
  };
  const dependencies = await world(driver);
  const opened = { region: active, openedAt: at(-40), signals: [] };
  await dependencies.journal.append({
    incidentId: 'incident',
    kind: 'incident-opened',
    executionArn: 'none',
    detail: opened,
  });
  await assessStores('incident', dependencies);
  expect(asked).toEqual([Date.parse(at(-40))]);
});
