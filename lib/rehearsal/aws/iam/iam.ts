import { InputError } from '../../../plan/input-error.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Access } from '../access.ts';
import type { Caller, IamDemand, ResourceProvider } from '../service.ts';
import type { RequestContext } from './conditions.ts';
import { type AccessRequest, covers } from './evaluate.ts';
import { iamProviders } from './iam-resources.ts';
import { type PolicyDocument, policyDocument, type Statement } from './policy-document.ts';

/** Why a call is refused: an explicit deny, no resource policy where one is needed, or nothing that allows it. */
export type Denial = 'explicit' | 'resource-policy' | 'implicit';

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: PolicyDocument;
  /** Identity policies by name; a later policy of the same name replaces the earlier. */
  readonly policies: Map<string, PolicyDocument>;
}

/**
 * Roles, policies and the decision on every call, in one account: an explicit deny wins; else an identity policy or a
 * resource policy that names the principal allows
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 * Exceptions as in AWS: a key's policy must take part in every decision on the key, and a service principal has no
 * identity policies, so a resource policy must name it. `human:` principals are the account's administrators.
 */
export class Iam implements Access {
  readonly #kernel: Kernel;
  readonly #accountId: string;
  readonly #roles = new Map<string, Role>();
  readonly #managedPolicies = new Map<string, PolicyDocument>();
  readonly #resourcePolicies = new Map<string, PolicyDocument[]>();
  readonly resources: readonly ResourceProvider[];

  constructor(options: { readonly kernel: Kernel; readonly accountId: string }) {
    this.#kernel = options.kernel;
    this.#accountId = options.accountId;
    this.resources = iamProviders(this);
  }

  addRole(role: Role): void {
    this.#roles.set(role.arn, role);
  }

  role(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }

  roleNamed(name: string): Role | undefined {
    return [...this.#roles.values()].find((role) => role.name === name);
  }

  addManagedPolicy(arn: string, document: PolicyDocument): void {
    this.#managedPolicies.set(arn, document);
  }

  managedPolicy(arn: string): PolicyDocument | undefined {
    return this.#managedPolicies.get(arn);
  }

  /** Several documents of one resource count together (the permissions of a function are statements of one policy). */
  registerResourcePolicy(resourceArn: string, document: unknown): void {
    const parsed = policyDocument.safeParse(document);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new InputError(`The policy of ${resourceArn}: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    const documents = this.#resourcePolicies.get(resourceArn) ?? [];
    documents.push(parsed.data);
    this.#resourcePolicies.set(resourceArn, documents);
  }

  /** May this service principal (`scheduler.amazonaws.com`) assume the role, by the role's trust policy? */
  canAssume(roleArn: string, servicePrincipal: string, sourceArn?: string): boolean {
    const role = this.#roles.get(roleArn);
    if (role === undefined) return false;
    const caller: Caller = {
      principal: `service:${servicePrincipal}`,
      name: servicePrincipal,
      accountId: this.#accountId,
      region: '',
      ...(sourceArn === undefined ? {} : { sourceArn }),
    };
    const request = this.#request(caller, { action: 'sts:AssumeRole', resource: roleArn }, '');
    const statements = role.trust.Statement.filter((one) => covers(one, request) && names(one, caller, false));
    return statements.length > 0 && statements.every((one) => one.Effect === 'Allow');
  }

  allows(caller: Caller, demand: IamDemand, region: string): boolean {
    return this.denial(caller, demand, region) === undefined;
  }

  /** Undefined: the call is allowed. */
  denial(caller: Caller, demand: IamDemand, region: string): Denial | undefined {
    if (caller.principal.startsWith('human:')) return undefined;
    const request = this.#request(caller, demand, region);
    const identity = this.#identityStatements(caller).filter((one) => covers(one, request));
    const onResource = this.#resourceStatements(demand.resource).filter((one) => covers(one, request));
    const direct = onResource.filter((one) => names(one, caller, false));
    if ([...identity, ...direct].some((one) => one.Effect === 'Deny')) return 'explicit';
    const allows = (one: Statement): boolean => one.Effect === 'Allow';
    if (direct.some(allows)) return undefined;
    if (caller.principal.startsWith('service:')) return 'resource-policy';
    const identityAllows = identity.some(allows);
    if (demand.action.startsWith('kms:') && this.#resourcePolicies.has(demand.resource)) {
      const delegates = onResource.some((one) => allows(one) && names(one, caller, true));
      if (!delegates) return 'resource-policy';
    }
    return identityAllows ? undefined : 'implicit';
  }

  #identityStatements(caller: Caller): readonly Statement[] {
    const role = this.#roles.get(caller.principal);
    return role === undefined ? [] : [...role.policies.values()].flatMap((document) => document.Statement);
  }

  #resourceStatements(resource: string): readonly Statement[] {
    return (this.#resourcePolicies.get(resource) ?? []).flatMap((document) => document.Statement);
  }

  /** Global condition keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
  #request(caller: Caller, demand: IamDemand, region: string): AccessRequest {
    const isService = caller.principal.startsWith('service:');
    const context = new Map<string, readonly string[]>([
      ['aws:securetransport', ['true']],
      ['aws:requestedregion', [region]],
      ['aws:currenttime', [new Date(this.#kernel.nowMs).toISOString()]],
      ['aws:principalisawsservice', [String(isService)]],
    ]);
    if (isService) {
      context.set('aws:sourceaccount', [caller.accountId]);
    } else {
      context.set('aws:principalarn', [caller.principal]);
      context.set('aws:principalaccount', [caller.accountId]);
    }
    if (caller.sourceArn !== undefined) context.set('aws:sourcearn', [caller.sourceArn]);
    for (const [key, value] of Object.entries(demand.context ?? {})) {
      context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
    }
    return { action: demand.action, resource: demand.resource, context: context satisfies RequestContext };
  }
}

/**
 * Does the statement name the caller? The account itself (its number or its root ARN) names nobody: it lets identity
 * policies decide (`asAccount`).
 */
function names(statement: Statement, caller: Caller, asAccount: boolean): boolean {
  const principal = statement.Principal;
  if (principal === undefined) return false;
  if (caller.principal.startsWith('service:')) {
    return (principal.Service ?? []).includes(caller.principal.slice('service:'.length));
  }
  return (principal.AWS ?? []).some((one) => {
    if (one === '*' || one === caller.principal) return true;
    return asAccount && (one === caller.accountId || one.endsWith(`:iam::${caller.accountId}:root`));
  });
}
