import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Plan } from '../plan/plan.ts';
import { Foundation } from './constructs/foundation.ts';
import { Probe } from './constructs/probe.ts';
import { coordinationTable } from './constructs/state-tables.ts';

export interface WitnessStackProps extends StackProps {
  readonly plan: Plan;
  readonly bundles: Readonly<Record<string, string>>;
}

/** A third pair of eyes: asks both regions from a place that neither of them can darken. */
export class WitnessStack extends Stack {
  constructor(scope: Construct, id: string, props: WitnessStackProps) {
    super(scope, id, props);
    const foundation = new Foundation(this, 'Foundation', props);
    new Probe(this, 'Probe', {
      foundation,
      coordination: coordinationTable(this, foundation),
      signal: 'probe-witness',
      targets: [props.plan.regions.active, props.plan.regions.standby],
    });
  }
}
