import { InputError } from '../../../plan/input-error.ts';
import type { BusEvent } from './bus-event.ts';

/** A call that delivers something to a target. */
export interface TargetCall {
  /** SDK package suffix. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly arn: string;
  readonly region: string;
  /** The request that carries `body` (JSON text). */
  call(body: string, uniqueName: string): TargetCall;
}

/** A target that EventBridge rules, schedules and asynchronous invocations deliver to, by its ARN. InputError for other kinds. */
export function targetOf(arn: string): Target {
  const [, , service, region = ''] = arn.split(':');
  switch (service) {
    case 'lambda':
      return target(arn, region, (body) => ({
        service: 'lambda',
        operation: 'Invoke',
        input: { FunctionName: arn, InvocationType: 'Event', Payload: new TextEncoder().encode(body) },
      }));
    case 'states':
      return target(arn, region, (body, uniqueName) => ({
        service: 'sfn',
        operation: 'StartExecution',
        input: { stateMachineArn: arn, name: uniqueName, input: body },
      }));
    case 'sqs':
      return target(arn, region, (body) => ({
        service: 'sqs',
        operation: 'SendMessage',
        input: { QueueUrl: queueUrl(arn), MessageBody: body },
      }));
    case 'sns':
      return target(arn, region, (body) => ({
        service: 'sns',
        operation: 'Publish',
        input: { TopicArn: arn, Message: unquoted(body) },
      }));
    case 'events':
      return target(arn, region, (body) => ({
        service: 'eventbridge',
        operation: 'PutEvents',
        input: { Entries: [forwardedEntry(arn, body)] },
      }));
    default:
      throw new InputError(`not simulated: target ${arn}`);
  }
}

/**
 * What a rule that forwards to another bus puts there: the event as it is, its source included. It becomes a new event with
 * an id of its own (EventBridge user guide, "Event bus target: bus to bus").
 */
function forwardedEntry(busArn: string, body: string): Readonly<Record<string, unknown>> {
  const event = JSON.parse(body) as BusEvent;
  return {
    EventBusName: busArn,
    Source: event.source,
    DetailType: event['detail-type'],
    Resources: event.resources,
    Time: new Date(event.time),
    Detail: JSON.stringify(event.detail),
  };
}

/** URL of a queue, by its ARN. */
export function queueUrl(arn: string): string {
  const [, , , region, account, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

function target(
  arn: string,
  region: string,
  request: (body: string, uniqueName: string) => Omit<TargetCall, 'region'>,
): Target {
  return { arn, region, call: (body, uniqueName) => ({ ...request(body, uniqueName), region }) };
}

/** A message that is one JSON string goes out as its text. */
function unquoted(body: string): string {
  if (!body.startsWith('"')) return body;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'string' ? value : body;
  } catch {
    return body;
  }
}
