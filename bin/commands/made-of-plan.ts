import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';

/** Where a synthesis leaves the plan that the functions get as a layer. */
const deployedPlan = join('plan-layer', 'lifeboat', 'plan.json');
/** More than these don't help anybody to see that two plans differ. */
const shownDifferences = 5;

/**
 * Throws InputError where the templates were made of another plan, with the paths that differ: the functions would act by
 * one plan and the rehearsal judge by the other. Templates of somebody else's making that hold no plan pass.
 */
export function assertMadeOf(plan: Plan, templatesDir: string, planFile: string): void {
  const file = join(templatesDir, deployedPlan);
  if (!existsSync(file)) return;
  const made: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const wanted: unknown = JSON.parse(JSON.stringify(plan));
  const different = differences(made, wanted, '');
  if (different.length === 0) return;
  const more = different.length > shownDifferences ? ` and ${different.length - shownDifferences} more` : '';
  throw new InputError(
    `the templates of ${templatesDir} were made of another plan than ${planFile}: ${different.slice(0, shownDifferences).join(', ')}${more}; synthesise them again, or leave --templates out`,
  );
}

/** Paths at which two JSON values differ. */
function differences(one: unknown, other: unknown, path: string): string[] {
  if (!isContainer(one) || !isContainer(other)) return Object.is(one, other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], path === '' ? key : `${path}.${key}`));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
