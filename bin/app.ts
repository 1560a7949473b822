import { existsSync } from 'node:fs';
import { addStacks, lifeboatApp } from '../lib/infra/app.ts';
import { bundleHandlers } from '../lib/infra/bundle.ts';
import { InputError } from '../lib/plan/input-error.ts';
import { readPlan } from '../lib/plan/read-plan.ts';

try {
  const app = lifeboatApp({ validate: true });
  const given: unknown = app.node.tryGetContext('plan');
  const own = existsSync('lifeboat.yaml') ? 'lifeboat.yaml' : 'examples/bank/lifeboat.yaml';
  const plan = readPlan(typeof given === 'string' ? given : own);
  addStacks(app, plan, { bundles: await bundleHandlers(), account: process.env.CDK_DEFAULT_ACCOUNT });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`lifeboat: ${error.message}\n`);
  process.exitCode = 2;
}
