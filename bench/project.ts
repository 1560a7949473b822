import { join, resolve } from 'node:path';

/** Root of the checkout. */
export const projectDir = resolve(import.meta.dirname, '..');

const bankDir = join(projectDir, 'examples/bank');

/** The example estate. */
export const bank = { planFile: join(bankDir, 'lifeboat.yaml'), workloads: join(bankDir, 'workloads') };
