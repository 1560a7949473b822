import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';
import { wakingRule } from './waking-rule.ts';

/** An observation that could not be delivered for so long says nothing of now; the next one is seconds away. */
const maximumEventAgeSeconds = 300;
const retryAttempts = 10;

/** Source of the events that Lifeboat itself puts on a bus. */
export const eventSource = 'lifeboat';
export const signalDetailType = 'Signal Observed';

export interface DetectionRulesProps {
  readonly foundation: Foundation;
  readonly assessIncident: LifeboatFunction;
  /** Absent where the plan counts no heartbeat. */
  readonly heartbeatAlarmName?: string;
  /** Empty where the plan counts no application alarm. */
  readonly applicationAlarmNames: readonly string[];
}

/** What wakes assess-incident: observations of the probes and, where the plan counts it, the heartbeat alarm. */
export class DetectionRules extends Construct {
  readonly #props: DetectionRulesProps;

  constructor(scope: Construct, id: string, props: DetectionRulesProps) {
    super(scope, id);
    this.#props = props;
    this.#rule('SignalObserved', 'signal-observed', 'Observations of the probes', {
      source: [eventSource],
      detailType: [signalDetailType],
    });
    if (props.heartbeatAlarmName !== undefined) {
      this.#rule('HeartbeatState', 'heartbeat-state', 'The heartbeat alarm changes its state', {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: [props.heartbeatAlarmName] },
      });
    }
    if (props.applicationAlarmNames.length > 0) {
      this.#rule('ApplicationState', 'application-state', 'An alarm on the clients’ experience changes its state', {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: [...props.applicationAlarmNames] },
      });
    }
  }

  #rule(id: string, name: string, description: string, eventPattern: EventPattern): void {
    const { foundation, assessIncident: wakes } = this.#props;
    wakingRule(this, id, {
      foundation,
      wakes,
      name,
      description,
      eventPattern,
      maximumEventAgeSeconds,
      retryAttempts,
    });
  }
}
