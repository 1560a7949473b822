import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { draftOf } from '../../lib/plan/draft/draft.ts';
import { type DraftChoices, draftText } from '../../lib/plan/draft/draft-text.ts';
import { readWorkloads } from '../../lib/plan/draft/workloads.ts';
import { parsePlan } from '../../lib/plan/read-plan.ts';
import { unrecoverable } from '../../lib/plan/recoverability.ts';
import { waves } from '../../lib/plan/waves.ts';

const folder = fileURLToPath(new URL('../../../shared/estates/retail-store', import.meta.url));

function planWith(data: DraftChoices['data']) {
  const regions = { active: 'eu-central-1', standby: 'eu-west-1', witness: 'eu-west-3' };
  const draft = draftOf(readWorkloads(folder), folder);
  return parsePlan(
    draftText(draft, { regions, authority: 'strong', data, schema: 'x', source: folder }),
    'lifeboat.yaml',
  );
}

if (existsSync(folder)) {
  describe('the retail store', () => {
    test('is drafted with the order between its applications', () => {
      const plan = planWith('in-cluster');
      expect(waves(plan).map((wave) => wave.map(({ name }) => name))).toEqual([
        ['cart', 'catalog', 'orders'],
        ['checkout'],
        ['ui'],
      ]);
      const ui = plan.applications.find(({ name }) => name === 'ui');
      expect([...(ui?.dependsOn ?? [])].sort()).toEqual(['cart', 'catalog', 'checkout', 'orders']);
      expect(ui?.dns.map(({ name }) => name)).toEqual(['ui.retail-store.example']);
      for (const { checks } of plan.applications) expect(checks).toHaveLength(1);
    });

    test('loses what its StatefulSets keep, and what depends on that', () => {
      const lost = unrecoverable(planWith('in-cluster')).map(({ application }) => application);
      expect(lost).toEqual(['catalog', 'checkout', 'orders', 'ui']);
    });

    test('is recoverable once its data is kept outside the cluster', () => {
      expect(unrecoverable(planWith('external'))).toEqual([]);
    });
  });
} else {
  test(`the retail store is not tried: there is no folder ${folder}`, () => {
    expect(existsSync(folder)).toBe(false);
  });
}
