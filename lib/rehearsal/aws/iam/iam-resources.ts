import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { ResourceProvider } from '../service.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { Iam, Role } from './iam.ts';
import { identityPolicyDocument, type PolicyDocument, policyDocument } from './policy-document.ts';

const namedPolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: identityPolicyDocument });
const tags = z.array(z.unknown());

const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: policyDocument,
  RoleName: z.string().optional(),
  Path: z.string().startsWith('/').endsWith('/').default('/'),
  Description: z.string().optional(),
  MaxSessionDuration: z.number().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(namedPolicy).default([]),
  Tags: tags.optional(),
});

const policyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: identityPolicyDocument,
  Roles: z.array(z.string()).min(1),
});

const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: z.string().optional(),
  Description: z.string().optional(),
  Path: z.string().startsWith('/').endsWith('/').default('/'),
  PolicyDocument: identityPolicyDocument,
  Roles: z.array(z.string()).default([]),
  Tags: tags.optional(),
});

export function iamProviders(iam: Iam): readonly ResourceProvider[] {
  return [
    defineResource('AWS::IAM::Role', roleProperties, (properties, context) => {
      const name = properties.RoleName ?? context.generatedName;
      const policies = new Map<string, PolicyDocument>();
      for (const arn of properties.ManagedPolicyArns) policies.set(arn, managedPolicy(iam, arn));
      for (const policy of properties.Policies) policies.set(policy.PolicyName, policy.PolicyDocument);
      const arn = `arn:aws:iam::${context.accountId}:role${properties.Path}${name}`;
      if (iam.role(arn) !== undefined) throw new InputError(`role ${name} already exists`);
      iam.addRole({ arn, name, trust: properties.AssumeRolePolicyDocument, policies });
      return { ref: name, attributes: { Arn: arn, RoleId: `AROA${context.generatedName}` } };
    }),
    defineResource('AWS::IAM::Policy', policyProperties, (properties, context) => {
      for (const name of properties.Roles) {
        roleNamed(iam, name).policies.set(properties.PolicyName, properties.PolicyDocument);
      }
      return { ref: properties.PolicyName, attributes: { Id: context.generatedName } };
    }),
    defineResource('AWS::IAM::ManagedPolicy', managedPolicyProperties, (properties, context) => {
      const name = properties.ManagedPolicyName ?? context.generatedName;
      const arn = `arn:aws:iam::${context.accountId}:policy${properties.Path}${name}`;
      iam.addManagedPolicy(arn, properties.PolicyDocument);
      for (const role of properties.Roles) roleNamed(iam, role).policies.set(arn, properties.PolicyDocument);
      return { ref: arn, attributes: { PolicyArn: arn } };
    }),
  ];
}

function managedPolicy(iam: Iam, arn: string): PolicyDocument {
  const document = iam.managedPolicy(arn) ?? awsManagedPolicy(arn);
  if (document === undefined) throw new InputError(`managed policy ${arn} is not known to the rehearsal`);
  return document;
}

function roleNamed(iam: Iam, name: string): Role {
  const role = iam.roleNamed(name);
  if (role === undefined) throw new InputError(`role ${name} does not exist`);
  return role;
}
