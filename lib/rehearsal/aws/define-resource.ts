import type { ZodType, z } from 'zod';
import type { ProvisionContext, Provisioned, ResourceProvider } from './service.ts';

/** A provider whose `create` is typed by its schema. */
export function defineResource<S extends ZodType>(
  type: string,
  schema: S,
  create: (properties: z.output<S>, context: ProvisionContext) => Provisioned,
): ResourceProvider {
  return { type, schema, create };
}
