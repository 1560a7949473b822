import { App, Aspects, DefaultStackSynthesizer, type Stack, type StackProps } from 'aws-cdk-lib';
import { healthForwardings } from '../plan/aws-health.ts';
import type { Plan } from '../plan/plan.ts';
import { AuthorityStack } from './authority-stack.ts';
import { CloudFormationRules } from './cloudformation-rules.ts';
import { HealthStack } from './health-stack.ts';
import { RegionStack } from './region-stack.ts';
import { WitnessStack } from './witness-stack.ts';

export interface StacksOptions {
  /** Folder of each function's bundle, by verb-noun: what `bundleHandlers` gives. */
  readonly bundles: Readonly<Record<string, string>>;
  /** Account id to deploy to. Absent: the templates fit any account. */
  readonly account?: string;
  /** Folder of the state machines. Default: this checkout's statemachines/. */
  readonly stateMachines?: string;
}

/**
 * Puts the estate's stacks into an app, in the order in which they are deployed. A stack refers to nothing in another
 * one: what it needs of another region it names by the names of lib/plan/names.ts.
 * Throws InputError where the plan asks for what can't be deployed or a function has no bundle.
 */
export function addStacks(app: App, plan: Plan, options: StacksOptions): void {
  const { estate, regions } = plan;
  const stackProps = (region: string, description: string): StackProps => ({
    env: { region, account: options.account },
    description: `Lifeboat of ${estate}: ${description}`,
    terminationProtection: true,
    tags: { 'lifeboat:estate': estate },
    // The command line checks the bootstrap version by itself; without the rule the template needs no parameter.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  const shared = { plan, bundles: options.bundles, stateMachines: options.stateMachines };
  const authorityHome = plan.authority.kind === 'strong' ? regions.active : regions.standby;
  const authority = new AuthorityStack(app, `${estate}-authority`, {
    ...stackProps(authorityHome, 'the record of which region is active'),
    plan,
  });
  const regionA = new RegionStack(app, `${estate}-region-a`, {
    ...stackProps(regions.active, `what ${regions.active} needs to serve, to see and to take over`),
    ...shared,
    region: regions.active,
  });
  const regionB = new RegionStack(app, `${estate}-region-b`, {
    ...stackProps(regions.standby, `what ${regions.standby} needs to serve, to see and to take over`),
    ...shared,
    region: regions.standby,
  });
  const stacks: Stack[] = [authority, regionA, regionB];
  const forwardings = healthForwardings(plan);
  const [healthHome] = forwardings.map(({ from }) => from);
  const hasWitness = plan.detection.signals.includes('probe-witness');
  const witnessForwards = hasWitness && healthHome === regions.witness;
  if (hasWitness) {
    const witness = new WitnessStack(app, `${estate}-witness`, {
      ...stackProps(regions.witness, 'a third pair of eyes'),
      ...shared,
      forwardings: witnessForwards ? forwardings : [],
    });
    stacks.push(witness);
  }
  if (healthHome !== undefined && !witnessForwards) {
    const health = new HealthStack(app, `${estate}-health-forwarder`, {
      ...stackProps(healthHome, 'what AWS Health says of the regions'),
      plan,
      forwardings,
    });
    stacks.push(health);
  }
  for (const [index, stack] of stacks.entries()) {
    const before = stacks[index - 1];
    if (before !== undefined) stack.addStackDependency(before);
  }
  Aspects.of(app).add(new CloudFormationRules());
}

export interface AppOptions {
  /** Where the templates go. Default: where the CDK command line wants them. */
  readonly outdir?: string;
  /** CDK's own check of the templates against CloudFormation's schemas: two thirds of the time of a synthesis. */
  readonly validate: boolean;
}

/** One template for one plan, whoever synthesises it: no metadata of the machine, no version report. */
export function lifeboatApp(options: AppOptions): App {
  return new App({
    outdir: options.outdir,
    builtinCloudFormationValidation: options.validate,
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    postCliContext: {
      'aws:cdk:enable-path-metadata': false,
      'aws:cdk:enable-asset-metadata': false,
      '@aws-cdk/aws-iam:minimizePolicies': true,
    },
  });
}

/** The app of a plan, ready for `synth()`; the templates are written to `outdir`. They are not validated by CDK. */
export function buildApp(plan: Plan, options: StacksOptions & { readonly outdir: string }): App {
  const app = lifeboatApp({ outdir: options.outdir, validate: false });
  addStacks(app, plan, options);
  return app;
}
