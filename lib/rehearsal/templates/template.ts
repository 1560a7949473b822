import { z } from 'zod';

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
  Condition: z.string().optional(),
  /** None of these changes what a first deployment creates. */
  Metadata: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
});

const parameter = z.looseObject({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

const output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
  Condition: z.string().optional(),
});

/**
 * A CloudFormation template (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/). Sections and
 * resource attributes that the world doesn't implement (Transform, CreationPolicy, UpdatePolicy) are refused. Rules
 * (the CDK's CheckBootstrapVersion) are about the account that is deployed to, and have nothing to check here.
 */
export const template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), output).default({}),
});

export type Template = z.output<typeof template>;
export type TemplateResource = z.output<typeof resource>;
