import { describe, expect, test } from '@jest/globals';
import type { DataStore } from '../../../lib/plan/plan.ts';
import { parsePlan } from '../../../lib/plan/read-plan.ts';
import { withUndeclaredStores } from '../../../lib/plan/undeclared-stores.ts';
import { statefulSet, workload } from './draft/manifests.ts';
import { planText } from './plan-text.ts';

const plan = parsePlan(planText(), 'lifeboat.yaml');
const declared: readonly DataStore[] = plan.applications[1]?.dataStores ?? [];

function storesWith(stores: readonly DataStore[], selector: Record<string, string> = {}) {
  const applications = plan.applications.map((each) =>
    each.name === 'orders' ? { ...each, dataStores: stores, selector } : each,
  );
  const objects = [
    statefulSet('orders', 'db', { labels: { app: 'db' } }),
    workload('orders', 'files', {
      podSpec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'shared' } }] },
    }),
    workload('orders', 'stateless'),
    statefulSet('elsewhere', 'db'),
  ];
  return withUndeclaredStores({ ...plan, applications }, objects).applications[1]?.dataStores.map(({ name }) => name);
}

describe('volume claims that the plan does not declare', () => {
  test('become in-cluster stores of the application they belong to', () => {
    expect(storesWith([])).toEqual(['db', 'files']);
    expect(storesWith([{ name: 'other', kind: 'in-cluster', workload: 'StatefulSet/other' }])).toEqual([
      'other',
      'db',
      'files',
    ]);
    const [web] = withUndeclaredStores(plan, [statefulSet('orders', 'db')]).applications;
    expect(web).toBe(plan.applications[0]);
  });

  test('are only those of objects that carry the labels of the selector', () => {
    expect(storesWith([], { app: 'db' })).toEqual(['db']);
  });

  test('are not those of a store that names the workload or its claim', () => {
    const named: readonly DataStore[] = [
      { name: 'one', kind: 'external', workload: 'StatefulSet/db', replication: { by: 'x', lagSeconds: 1 } },
      { name: 'two', kind: 'in-cluster', workload: 'PersistentVolumeClaim/shared' },
    ];
    expect(storesWith(named)).toEqual(['one', 'two']);
  });

  test('are none where a store that names no workload speaks for all of them', () => {
    expect(storesWith(declared)).toEqual(['orders-db']);
  });
});
