import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks, lifeboatApp } from '../../../lib/infra/app.ts';
import { maximalPlan, standInBundles } from './estates.ts';

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
}

/**
 * What the AwsSolutions pack finds and we stand by: traces and log deliveries know no resource, node groups end in an id
 * that EKS makes up, the other region's key is known by its alias, and the dead letter queue is one (of rules,
 * schedules and functions, which the pack doesn't see).
 */
const accepted = [
  /^AwsSolutions-IAM5\[Resource::\*\]$/,
  /^AwsSolutions-IAM5\[Resource::arn:.*:nodegroup\/main-eu-\w+-1\/\w+\/\*\]$/,
  /^AwsSolutions-IAM5\[Resource::arn:.*:kms:eu-\w+-1:.*:key\/\*\]$/,
  /^AwsSolutions-SQS3$/,
];

test('AWS’s own pack of rules finds nothing that we would not defend', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'lifeboat-nag-'));
  const app = lifeboatApp({ outdir, validate: false });
  addStacks(app, maximalPlan, { bundles: standInBundles() });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow(/AwsSolutions/);
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const names = new Set(report.pluginReports.flatMap((plugin) => plugin.violations).map(({ ruleName }) => ruleName));
  expect(names.size).toBeGreaterThan(0);
  expect([...names].filter((name) => !accepted.some((pattern) => pattern.test(name)))).toEqual([]);
});
