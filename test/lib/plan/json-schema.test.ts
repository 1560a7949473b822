import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { planJsonSchema } from '../../../lib/plan/json-schema.ts';

describe('schema/lifeboat.schema.json', () => {
  test('is what npm run schema writes', () => {
    const file = readFileSync(new URL('../../../schema/lifeboat.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
  });

  test('describes what people write: durations as text, defaults optional, unknown keys refused', () => {
    const schema = JSON.parse(JSON.stringify(planJsonSchema()));
    const application = schema.properties.applications.items;
    expect(application.properties.rto).toMatchObject({
      type: 'string',
      description: expect.stringContaining('objective'),
    });
    expect(application.additionalProperties).toBe(false);
    expect(application.required).toEqual(['name', 'owner', 'namespaces', 'tier', 'rpo', 'rto', 'pattern']);
    expect(schema.required).not.toContain('authority');
  });
});
