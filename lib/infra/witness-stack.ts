import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HealthForwarding } from '../plan/aws-health.ts';
import type { Plan } from '../plan/plan.ts';
import { Foundation } from './constructs/foundation.ts';
import { HealthForwarder } from './constructs/health-forwarder.ts';
import { OperatorsTopic } from './constructs/operators-topic.ts';
import { OwnHealth } from './constructs/own-health.ts';
import { Probe } from './constructs/probe.ts';
import { coordinationTable } from './constructs/state-tables.ts';

export interface WitnessStackProps extends StackProps {
  readonly plan: Plan;
  readonly bundles: Readonly<Record<string, string>>;
  /** What AWS Health publishes here for others; empty unless the witness lies where its copies arrive. */
  readonly forwardings: readonly HealthForwarding[];
}

/** A third pair of eyes: asks both regions from a place that neither of them can darken, and says when it can't see. */
export class WitnessStack extends Stack {
  constructor(scope: Construct, id: string, props: WitnessStackProps) {
    super(scope, id, props);
    const foundation = new Foundation(this, 'Foundation', props);
    const { active, standby } = props.plan.regions;
    const probed = [active, standby];
    new Probe(this, 'Probe', {
      foundation,
      coordination: coordinationTable(this, foundation),
      signal: 'probe-witness',
      targets: probed,
    });
    new HealthForwarder(this, 'Health', { footing: foundation, forwardings: props.forwardings });
    const topic = new OperatorsTopic(this, 'Operators', foundation);
    new OwnHealth(
      this,
      'Alarms',
      { foundation, topic },
      { machines: {}, probed, readsCheckers: false, isActivatable: false },
    );
  }
}
