import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readDeployedPlan } from '../../../lambdas/shared/deployed-plan.ts';
import { ContractViolationError } from '../../../lambdas/shared/errors.ts';
import { samplePlan } from './sample-plan.ts';

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'plan.json');
  writeFileSync(file, content);
  return file;
}

test('gives the plan as it was deployed', () => {
  expect(readDeployedPlan(fileOf(JSON.stringify(samplePlan())))).toEqual(samplePlan());
});

test.each([
  ['a missing file', '/nowhere/plan.json', /\/nowhere\/plan.json can't be read/],
  ['no JSON', fileOf('estate: shop'), /can't be read as a deployed plan/],
  ['another version', fileOf(JSON.stringify({ ...samplePlan(), version: 2 })), /version/],
  ['no object', fileOf('[]'), /the document/],
])('refuses %s with place and remedy', (_, file, message) => {
  expect(() => readDeployedPlan(file)).toThrow(ContractViolationError);
  expect(() => readDeployedPlan(file)).toThrow(message);
  expect(() => readDeployedPlan(file)).toThrow('Deploy again');
});
