import { z } from 'zod';
import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';
import { type AlarmRuleExpression, compileAlarmRule } from './alarm-rule.ts';
import type { AlarmState } from './alarm-state.ts';

/** Actions of composite alarms aren't simulated: who needs them hears the change of state on the event bus. */
export const compositeAlarmProperties = z.strictObject({
  AlarmName: z.string().optional(),
  AlarmDescription: z.string().optional(),
  AlarmRule: z.string(),
  Tags: z.unknown().optional(),
});

export type CompositeAlarmProperties = z.output<typeof compositeAlarmProperties>;

interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  readonly atMs: number;
}

/**
 * An alarm on the states of others. INSUFFICIENT_DATA only until it is evaluated for the first time: afterwards missing
 * data of its children is OK unless the rule asks for it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export class CompositeAlarm {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly rule: AlarmRuleExpression;
  readonly #properties: CompositeAlarmProperties;
  #state: StateRecord;

  constructor(name: string, arn: string, region: string, properties: CompositeAlarmProperties, createdMs: number) {
    this.name = name;
    this.arn = arn;
    this.region = region;
    this.rule = compileAlarmRule(properties.AlarmRule);
    this.#properties = properties;
    this.#state = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', atMs: createdMs };
  }

  get state(): AlarmState {
    return this.#state.value;
  }

  /** The event of a change of state; undefined when the state stays. */
  evaluate(stateOf: (alarmName: string) => AlarmState | undefined, nowMs: number): ServiceEvent | undefined {
    const value: AlarmState = this.rule.holds(stateOf) ? 'ALARM' : 'OK';
    if (value === this.#state.value) return undefined;
    const previous = this.#state;
    const states = this.rule.children.map((name) => `${name} is ${stateOf(name)}`).join(', ');
    this.#state = { value, reason: `${this.arn} transitioned to ${value}: ${states}`, atMs: nowMs };
    const { AlarmDescription: description, AlarmRule: alarmRule } = this.#properties;
    return {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [this.arn],
      detail: {
        alarmName: this.name,
        state: inEvent(this.#state),
        previousState: inEvent(previous),
        configuration: { ...(description !== undefined && { description }), alarmRule },
      },
    };
  }
}

function inEvent({ value, reason, atMs }: StateRecord): Record<string, string> {
  return { value, reason, timestamp: new Date(atMs).toISOString().replace('Z', '+0000') };
}
