import { z } from 'zod';
import { planSchema } from './schema.ts';

/** The JSON Schema of lifeboat.yaml as people write it (durations as text), for editors. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'lifeboat.yaml' };
}
