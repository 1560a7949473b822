import { createHash } from 'node:crypto';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import { defineResource } from '../define-resource.ts';
import { keyDemands } from '../kms/key-demands.ts';
import type { KeyDirectory } from '../kms/key-directory.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { type Message, Queue } from './queue.ts';
import {
  deleteMessageInput,
  type QueueProperties,
  queueAttributesInput,
  queuePolicyProperties,
  queueProperties,
  receiveMessageInput,
  sendMessageInput,
} from './queue-resources.ts';

interface OperationSpec {
  /** What the caller needs on the queue's key. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
  readonly keyActions: readonly string[];
  readonly run: (service: SqsService, call: ServiceCall) => Record<string, unknown>;
}

const operations: Readonly<Record<string, OperationSpec>> = {
  SendMessage: { keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'], run: (service, call) => service.send(call) },
  ReceiveMessage: { keyActions: ['kms:Decrypt'], run: (service, call) => service.receive(call) },
  DeleteMessage: { keyActions: [], run: (service, call) => service.delete(call) },
  GetQueueAttributes: { keyActions: [], run: (service, call) => service.attributes(call) },
};

/** Queues send their metrics every minute while they hold something. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
const metricPeriodMs = 60_000;

/** SQS standard queues. */
export class SqsService implements AwsService {
  readonly name = 'sqs';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #keys: KeyDirectory;
  readonly #metrics: MetricSink;
  readonly #queues = new Map<string, Queue>();
  readonly #reporting = new Set<Queue>();

  constructor(
    parts: WorldParts,
    options: { readonly access: Access; readonly keys: KeyDirectory; readonly metrics: MetricSink },
  ) {
    this.#parts = parts;
    this.#keys = options.keys;
    this.#metrics = options.metrics;
    this.resources = [
      defineResource('AWS::SQS::Queue', queueProperties, (properties, context) => this.#create(properties, context)),
      defineResource('AWS::SQS::QueuePolicy', queuePolicyProperties, (properties, context) => {
        for (const url of properties.Queues) {
          const queue = this.#queues.get(url);
          if (queue === undefined) throw new InputError(`queue policy ${context.logicalId}: there is no queue ${url}`);
          options.access.registerResourcePolicy(queue.arn, properties.PolicyDocument);
        }
        return { ref: context.generatedName, attributes: { Id: context.generatedName } };
      }),
    ];
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    const operation = operations[call.operation];
    if (operation === undefined) throw unknownOperation('SQS', call.operation);
    const queue = this.#queue(call);
    const use = { call, via: 'sqs', actions: operation.keyActions, encryptionContext: { 'aws:sqs:arn': queue.arn } };
    return [{ action: `sqs:${call.operation}`, resource: queue.arn }, ...keyDemands(queue.key, use)];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const operation = operations[call.operation];
    if (operation === undefined) throw unknownOperation('SQS', call.operation);
    return operation.run(this, call);
  }

  /** Messages that could be received now, by the queue's ARN; 0 for a queue that isn't there. */
  depth(queueArn: string): number {
    return this.#byArn(queueArn)?.visible ?? 0;
  }

  /** Bodies of the messages of a queue, by its ARN. */
  bodies(queueArn: string): readonly string[] {
    return this.#byArn(queueArn)?.bodies ?? [];
  }

  send(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('SQS', call, sendMessageInput);
    const queue = this.#queue(call);
    if (Buffer.byteLength(input.MessageBody) > queue.maximumBytes) {
      throw new AwsServiceError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumBytes} bytes.`,
      );
    }
    const id = this.#parts.kernel.random('sqs').uuid();
    queue.send(id, input.MessageBody, input.MessageAttributes, input.DelaySeconds);
    this.#report(queue);
    return { MessageId: id, MD5OfMessageBody: createHash('md5').update(input.MessageBody).digest('hex') };
  }

  receive(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('SQS', call, receiveMessageInput);
    const queue = this.#queue(call);
    const { received, dead } = queue.receive(input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout);
    for (const message of dead) this.#bury(queue, message);
    if (received.length === 0) return {};
    const withAttributes = (input.MessageAttributeNames ?? []).length > 0;
    return {
      Messages: received.map((message) => ({
        MessageId: message.id,
        ReceiptHandle: message.receiptHandle,
        MD5OfBody: createHash('md5').update(message.body).digest('hex'),
        Body: message.body,
        ...(withAttributes && message.attributes !== undefined ? { MessageAttributes: message.attributes } : {}),
        ...((input.MessageSystemAttributeNames ?? []).length > 0
          ? { Attributes: { ApproximateReceiveCount: String(message.receives), SentTimestamp: String(message.sentMs) } }
          : {}),
      })),
    };
  }

  delete(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('SQS', call, deleteMessageInput);
    this.#queue(call).delete(input.ReceiptHandle);
    return {};
  }

  attributes(call: ServiceCall): Record<string, unknown> {
    const input = parseInput('SQS', call, queueAttributesInput);
    const queue = this.#queue(call);
    const all: Record<string, string> = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(queue.visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.hidden),
    };
    const wanted = input.AttributeNames ?? [];
    if (wanted.includes('All')) return { Attributes: all };
    const unknown = wanted.find((name) => all[name] === undefined);
    if (unknown !== undefined) throw new Error(`not simulated: SQS GetQueueAttributes ${unknown}`);
    return { Attributes: Object.fromEntries(wanted.map((name) => [name, all[name]])) };
  }

  #bury(queue: Queue, message: Message): void {
    const target = this.#byArn(queue.properties.RedrivePolicy?.deadLetterTargetArn ?? '');
    if (target === undefined) return;
    target.send(message.id, message.body, message.attributes, 0);
    this.#report(target);
  }

  #report(queue: Queue): void {
    if (this.#reporting.has(queue)) return;
    this.#reporting.add(queue);
    const { kernel, weather } = this.#parts;
    const tick = (): void => {
      const { visible } = queue;
      const dimensions = { QueueName: queue.arn.slice(queue.arn.lastIndexOf(':') + 1) };
      if (weather.regionUp(queue.region)) {
        this.#metrics.record(queue.region, 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', dimensions, visible);
      }
      if (visible + queue.hidden > 0) kernel.after(metricPeriodMs, `${queue.arn} reports`, tick);
      else this.#reporting.delete(queue);
    };
    const nextMinuteMs = (Math.floor(kernel.nowMs / metricPeriodMs) + 1) * metricPeriodMs;
    kernel.at(nextMinuteMs, `${queue.arn} reports`, tick);
  }

  #queue(call: ServiceCall): Queue {
    const queue = this.#queues.get(String(call.input.QueueUrl));
    if (queue !== undefined && queue.region === call.region) return queue;
    throw new AwsServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  #byArn(arn: string): Queue | undefined {
    return [...this.#queues.values()].find((queue) => queue.arn === arn);
  }

  #create(properties: QueueProperties, context: ProvisionContext): Provisioned {
    const { region, accountId } = context;
    const name = properties.QueueName ?? context.generatedName;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    const keyId = properties.KmsMasterKeyId;
    const key = keyId === undefined ? undefined : this.#keys.findKey(region, keyId);
    if (keyId !== undefined && key === undefined) {
      throw new InputError(`queue ${name}: there is no KMS key ${keyId} in ${region}`);
    }
    this.#queues.set(url, new Queue(this.#parts.kernel, { arn, url, region }, properties, key));
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }
}
