import { Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { HealthForwarding } from '../plan/aws-health.ts';
import type { Plan } from '../plan/plan.ts';
import { Footing } from './constructs/footing.ts';
import { HealthForwarder } from './constructs/health-forwarder.ts';
import { OperatorsTopic } from './constructs/operators-topic.ts';
import { deadLettersAlarm } from './constructs/queue-alarms.ts';

export interface HealthStackProps extends StackProps {
  readonly plan: Plan;
  readonly forwardings: readonly HealthForwarding[];
}

/** Where AWS Health publishes copies and the estate has no other stack. */
export class HealthStack extends Stack {
  constructor(scope: Construct, id: string, props: HealthStackProps) {
    super(scope, id, props);
    const footing = new Footing(this, 'Foundation', props.plan);
    new HealthForwarder(this, 'Health', { footing, forwardings: props.forwardings });
    const topic = new OperatorsTopic(this, 'Operators', footing);
    deadLettersAlarm(new Construct(this, 'Alarms'), { foundation: footing, topic });
  }
}
