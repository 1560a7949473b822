import { queueUrl } from '../eventbridge/target-call.ts';
import type { Caller, ServiceBus } from '../service.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/**
 * Sends a record of an invocation to a queue or topic, as the function's role; a delivery that fails is lost, as in AWS
 * (metric DestinationDeliveryFailures).
 */
export function sendToDestination(
  bus: ServiceBus,
  { name, region, accountId, roleArn }: FunctionConfiguration,
  targetArn: string,
  body: string,
): void {
  const [, , service = '', targetRegion = ''] = targetArn.split(':');
  const caller: Caller = { principal: roleArn, name: `lambda-destination:${name}@${region}`, accountId, region };
  const [operation, input] =
    service === 'sqs'
      ? ['SendMessage', { QueueUrl: queueUrl(targetArn), MessageBody: body }]
      : ['Publish', { TopicArn: targetArn, Message: body }];
  bus.call(service, { caller, region: targetRegion, operation, input }, () => {});
}
