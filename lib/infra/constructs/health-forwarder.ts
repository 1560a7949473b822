import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { HealthForwarding } from '../../plan/aws-health.ts';
import { functionName } from '../../plan/names.ts';
import { defaultEventBusArn } from '../arns.ts';
import type { Footing } from './footing.ts';
import { healthEventsAbout } from './health-events.ts';

export interface HealthForwarderProps {
  readonly footing: Footing;
  readonly forwardings: readonly HealthForwarding[];
}

/**
 * Sends what AWS Health says of a region from the region that gets the copy to the one that would take over. EventBridge
 * tries a bus for 24 hours (bus targets take no retry policy of their own); what it gives up is a dead letter.
 */
export class HealthForwarder extends Construct {
  constructor(scope: Construct, id: string, { footing, forwardings }: HealthForwarderProps) {
    super(scope, id);
    for (const { about, to } of forwardings) {
      const rule = new Rule(this, `About-${about}`, {
        ruleName: functionName(footing.plan, `health-of-${about}`),
        description: `Tells ${to} what AWS Health says of ${about}`,
        eventPattern: healthEventsAbout(about),
      });
      const bus = EventBus.fromEventBusArn(this, `Bus-${to}`, defaultEventBusArn(this, to));
      rule.addTarget(new BusTarget(bus, { deadLetterQueue: footing.deadLetters }));
    }
  }
}
