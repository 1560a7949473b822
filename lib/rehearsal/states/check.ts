import { checkErrorHandling } from './check-errors.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkWithPublishedValidators } from './check-published.ts';
import { checkDuplicateNames, checkState } from './check-states.ts';
import { checkStateShapes, type Finding, flowsOf } from './check-walk.ts';
import { isObject } from './json.ts';

export type { Finding } from './check-walk.ts';

/**
 * Finds what AWS refuses when a state machine is created: asl-validator, AWS's language service, and our own rules for
 * what both miss. Legal definitions have no findings.
 * @param definition parsed JSON; CDK substitutions in strings may still be there
 */
export async function checkDefinition(definition: unknown): Promise<Finding[]> {
  if (!isObject(definition)) {
    return [{ path: '$', rule: 'definition', message: 'a state machine definition is a JSON object' }];
  }
  const misshapen = checkStateShapes(definition);
  // The published validators throw on them.
  if (misshapen.length > 0) return misshapen;
  const flows = flowsOf(definition);
  const findings: Finding[] = [];
  const timeout = definition.TimeoutSeconds;
  if (timeout !== undefined && !(typeof timeout === 'number' && Number.isInteger(timeout) && timeout >= 1)) {
    findings.push({
      path: '$.TimeoutSeconds',
      rule: 'number-bounds',
      message: 'TimeoutSeconds must be a positive integer',
    });
  }
  for (const state of flows.flatMap((flow) => flow.states)) {
    findings.push(...checkState(state, definition.QueryLanguage === 'JSONata'), ...checkErrorHandling(state));
    if (state.isJsonata) findings.push(...checkExpressions(state));
  }
  findings.push(...checkDuplicateNames(flows), ...(await checkWithPublishedValidators(definition)));
  return findings;
}
