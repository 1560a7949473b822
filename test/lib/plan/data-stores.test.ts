import { describe, expect, test } from '@jest/globals';
import { type Mistake, PlanError } from '../../../lib/plan/mistake.ts';
import { parsePlan } from '../../../lib/plan/read-plan.ts';
import { planText } from './plan-text.ts';

const declared = 'kind: external\n        replication: {by: aurora-global-database, lag: 5s}';
const both = '{eu-central-1: orders-a, eu-west-1: orders-b}';

function aurora(more = '', clusters = both): Record<string, string> {
  return { [declared]: `kind: aurora-global\n        globalCluster: orders\n        clusters: ${clusters}${more}` };
}

function mistakesIn(replacements: Readonly<Record<string, string>>): readonly Mistake[] {
  try {
    parsePlan(planText(replacements), 'lifeboat.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('an Aurora global database in a plan', () => {
  test('may lose as much as its application, and accepts no unproved fence, unless it says otherwise', () => {
    const silent = parsePlan(planText(aurora()), 'lifeboat.yaml').applications[1]?.dataStores[0];
    expect(silent).toEqual({
      name: 'orders-db',
      kind: 'aurora-global',
      globalCluster: 'orders',
      clusters: { 'eu-central-1': 'orders-a', 'eu-west-1': 'orders-b' },
      lossBudgetSeconds: 60,
      acceptUnprovedFence: false,
    });
    const text = planText(aurora('\n        lossBudget: 20s\n        acceptUnprovedFence: true'));
    const outspoken = parsePlan(text, 'lifeboat.yaml').applications[1]?.dataStores[0];
    expect(outspoken).toMatchObject({ lossBudgetSeconds: 20, acceptUnprovedFence: true });
  });

  test.each([
    [
      'without a DB cluster in the standby region',
      aurora('', '{eu-central-1: orders-a}'),
      'applications[1].dataStores[0].clusters',
      'eu-west-1',
    ],
    [
      'in a region that the plan does not have',
      aurora('', '{eu-central-1: orders-a, eu-west-1: orders-b, eu-north-1: orders-c}'),
      'applications[1].dataStores[0].clusters.eu-north-1',
      'eu-north-1',
    ],
    [
      'with a budget beyond the RPO',
      aurora('\n        lossBudget: 2m'),
      'applications[1].dataStores[0].lossBudget',
      'a loss budget of 2m allows more loss than the RPO of 1m',
    ],
    [
      'with an identifier that RDS refuses',
      aurora('', '{eu-central-1: orders--a, eu-west-1: orders-b}'),
      'applications[1].dataStores[0].clusters.eu-central-1',
      'is not an RDS identifier',
    ],
    [
      'whose DB cluster belongs to another global database',
      aurora(
        `\n      - {name: audit-db, kind: aurora-global, globalCluster: audit, clusters: {eu-central-1: orders-a, eu-west-1: audit-b}}`,
      ),
      'applications[1].dataStores[1].clusters.eu-central-1',
      'is in global cluster orders already',
    ],
    [
      'that another store describes differently',
      aurora(
        `\n      - {name: audit-db, kind: aurora-global, globalCluster: orders, clusters: {eu-central-1: orders-a, eu-west-1: audit-b}}`,
      ),
      'applications[1].dataStores[1].clusters.eu-west-1',
      'has orders-b in eu-west-1 elsewhere in this plan',
    ],
  ])('is refused %s', (_case, replacements, path, message) => {
    expect(mistakesIn(replacements)).toEqual([
      expect.objectContaining({ path, message: expect.stringContaining(message), remedy: expect.any(String) }),
    ]);
  });

  test('may be shared by stores that agree on it', () => {
    const shared = aurora(`\n      - {name: audit-db, kind: aurora-global, globalCluster: orders, clusters: ${both}}`);
    expect(mistakesIn(shared)).toEqual([]);
  });

  test('speaks for no volume claim', () => {
    expect(mistakesIn(aurora('\n        workload: StatefulSet/orders'))).toHaveLength(1);
  });
});
