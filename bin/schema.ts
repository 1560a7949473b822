import { mkdirSync, writeFileSync } from 'node:fs';
import { planJsonSchema } from '../lib/plan/json-schema.ts';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('lifeboat.schema.json', folder), `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
