import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { type App, type Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks, lifeboatApp } from '../../../lib/infra/app.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { readPlan } from '../../../lib/plan/read-plan.ts';
import { healthThroughWitness, maximalPlan, minimalPlan, standInBundles, synthesise } from './estates.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** `rule at path` of everything that AWS's own pack of rules finds and no construct gives a reason for. */
function findings(plan: Plan, change: (app: App) => void = () => {}): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'lifeboat-nag-'));
  const app = lifeboatApp({ outdir, validate: false });
  addStacks(app, plan, { bundles: standInBundles() });
  change(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    // With findings the synthesis ends in an error, and the report is written.
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  );
}

const bank = readPlan('examples/bank/lifeboat.yaml');
const estates: readonly [string, Plan][] = [
  ['as little as can be', minimalPlan],
  ['as much as can be', maximalPlan],
  ['the example', bank],
  ['AWS Health through the witness', healthThroughWitness],
];

describe('AWS’s own pack of rules', () => {
  test.each(estates)('finds nothing without a reason beside the construct: %s', (_name, plan) => {
    expect(findings(plan)).toEqual([]);
  });

  test('finds what is new', () => {
    const found = findings(minimalPlan, (app) => {
      new Queue(app.node.findChild('tiny-region-a') as Stack, 'Bare');
    });
    expect(found).toContain('AwsSolutions-SQS4 at tiny-region-a/Bare/Resource');
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Actions that AWS gives no resource to; one accepted wildcard must not open the door to others. */
const withoutResource = [
  /^xray:Put\w+$/,
  /^states:SendTask(Success|Failure)$/,
  /^xray:GetSampling\w+$/,
  /^logs:(Create|Get|Update|Delete|List)LogDelivery|^logs:ListLogDeliveries$/,
  /^logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
  /^cloudwatch:(Put|Get)MetricData$/,
];

test('a role may do on every resource only what AWS gives no resource to', () => {
  const made = synthesise(maximalPlan);
  const actions = made.stackNames
    .flatMap((name) => made.resources(name, 'AWS::IAM::Policy'))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Resource }) => [Resource].flat().includes('*'))
    .flatMap(({ Action }) => Action);
  expect(actions).toContain('xray:PutTraceSegments');
  expect([...new Set(actions)].filter((action) => !withoutResource.some((one) => one.test(action)))).toEqual([]);
});
