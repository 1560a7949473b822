import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { assertMadeOf } from '../../bin/commands/made-of-plan.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { maximalPlan } from '../lib/infra/estates.ts';

function templatesOf(plan: Plan): string {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-templates-'));
  mkdirSync(join(folder, 'plan-layer', 'lifeboat'), { recursive: true });
  writeFileSync(join(folder, 'plan-layer', 'lifeboat', 'plan.json'), JSON.stringify(plan));
  return folder;
}

test('templates of the plan pass, and so do those that hold none', () => {
  expect(() => assertMadeOf(maximalPlan, templatesOf(maximalPlan), 'lifeboat.yaml')).not.toThrow();
  const empty = mkdtempSync(join(tmpdir(), 'lifeboat-templates-'));
  expect(() => assertMadeOf(maximalPlan, empty, 'lifeboat.yaml')).not.toThrow();
});

test('templates of another plan are refused with the paths that differ', () => {
  const [first, ...others] = maximalPlan.applications;
  const other: Plan = {
    ...maximalPlan,
    authority: { ...maximalPlan.authority, leaseSeconds: 90 },
    applications: [{ ...first!, rtoSeconds: 1 }, ...others],
  };
  const check = () => assertMadeOf(other, templatesOf(maximalPlan), 'lifeboat.yaml');
  expect(check).toThrow(InputError);
  expect(check).toThrow(
    /were made of another plan than lifeboat\.yaml: applications\.0\.rtoSeconds, authority\.leaseSeconds; synthesise/,
  );
});
