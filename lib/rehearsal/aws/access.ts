import type { Caller, IamDemand } from './service.ts';

/** What services need of IAM. */
export interface Access {
  /** Says who may use a resource beside the identities of its own account: queue, topic and key policies. */
  registerResourcePolicy(resourceArn: string, document: unknown): void;
  /** May this service principal (`scheduler.amazonaws.com`) assume the role, by the role's trust policy? */
  canAssume(roleArn: string, servicePrincipal: string, sourceArn?: string): boolean;
  /** Would the caller be let do it? What services ask of a role or of a policy before they accept a resource. */
  allows(caller: Caller, demand: IamDemand, region: string): boolean;
}
