import { InputError } from '../../plan/input-error.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Scenario } from './scenario.ts';

/**
 * The plan as the scenario needs it; the templates are then made of that one. Throws InputError where the templates
 * exist already, because they were made of another plan.
 */
export function amendedPlan(scenario: Scenario, plan: Plan, templatesDir: string | undefined): Plan {
  if (scenario.amend === undefined) return plan;
  if (templatesDir !== undefined) {
    throw new InputError(
      `${scenario.name} amends the plan (${scenario.amendment}), and the templates of ${templatesDir} are made already: leave --templates out`,
    );
  }
  return scenario.amend(plan);
}
