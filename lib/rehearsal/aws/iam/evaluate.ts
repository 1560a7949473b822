import { conditionHolds, type RequestContext } from './conditions.ts';
import { matchesPattern } from './patterns.ts';
import type { Statement } from './policy-document.ts';

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** Do the statement's action, resource and condition cover the request? Whom it is about is not looked at. */
export function covers(statement: Statement, request: AccessRequest): boolean {
  return (
    actionCovered(statement, request.action) &&
    resourceCovered(statement, request) &&
    (statement.Condition === undefined || conditionHolds(statement.Condition, request.context))
  );
}

/** Actions are compared without regard to case (IAM User Guide, «IAM JSON policy elements: Action»). */
function actionCovered({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (pattern: string): boolean => matchesPattern(pattern.toLowerCase(), action.toLowerCase());
  return Action !== undefined ? Action.some(matches) : !(NotAction ?? []).some(matches);
}

/** A resource policy's statement may leave the resource out: it is the one that the policy hangs on. */
function resourceCovered({ Resource, NotResource }: Statement, request: AccessRequest): boolean {
  const matches = (pattern: string): boolean =>
    matchesPattern(withVariables(pattern, request.context), request.resource);
  if (Resource !== undefined) return Resource.some(matches);
  return NotResource === undefined || !NotResource.some(matches);
}

/** `${aws:PrincipalArn}` and the like; an unknown variable matches nothing. */
function withVariables(pattern: string, context: RequestContext): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (variable, key: string) => context.get(key.toLowerCase())?.[0] ?? variable);
}
