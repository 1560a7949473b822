import { z } from 'zod';
import { conditionOperators } from './conditions.ts';

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

const conditionValues = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]));

const condition = z.record(
  z.string().refine((operator) => conditionOperators.has(operator), {
    error: (issue) => `condition operator ${String(issue.input)} is not simulated`,
  }),
  z.record(z.string(), conditionValues),
);

interface Principal {
  readonly AWS?: readonly string[] | undefined;
  readonly Service?: readonly string[] | undefined;
  readonly Federated?: readonly string[] | undefined;
}

const principal = z.union([
  z.literal('*').transform((): Principal => ({ AWS: ['*'] })),
  z
    .strictObject({ AWS: oneOrMany.optional(), Service: oneOrMany.optional(), Federated: oneOrMany.optional() })
    .transform((value): Principal => value),
]);

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    Action: oneOrMany.optional(),
    NotAction: oneOrMany.optional(),
    Resource: oneOrMany.optional(),
    NotResource: oneOrMany.optional(),
    Condition: condition.optional(),
  })
  .refine((value) => (value.Action === undefined) !== (value.NotAction === undefined), {
    error: 'a statement has either Action or NotAction',
  });

/** The JSON policy language; NotPrincipal and operators that the world doesn't evaluate are refused by name. */
export const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  // Not a union: its errors would not say what is wrong with which statement.
  Statement: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(statement)),
});

export type Statement = z.output<typeof statement>;
export type PolicyDocument = z.output<typeof policyDocument>;

/** A statement of an identity policy names resources and no principal. */
export const identityPolicyDocument = policyDocument.superRefine((document, context) => {
  if (context.issues.length > 0) return;
  for (const [index, { Principal, Resource, NotResource }] of document.Statement.entries()) {
    const path = ['Statement', index];
    if (Principal !== undefined)
      context.addIssue({ code: 'custom', path, message: 'an identity policy has no Principal' });
    if ((Resource === undefined) === (NotResource === undefined)) {
      context.addIssue({ code: 'custom', path, message: 'a statement has either Resource or NotResource' });
    }
  }
});
